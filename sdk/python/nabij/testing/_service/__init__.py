"""The service in memory: what ``FakeService`` is made of."""

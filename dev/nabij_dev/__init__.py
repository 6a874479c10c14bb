"""For developers of Nabij: a private PostGIS cluster, the demo, and checks."""

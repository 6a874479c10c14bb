"""Events: devices hear of a change as soon as it is committed, without asking."""

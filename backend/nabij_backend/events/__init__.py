"""Events: a device hears of a change as soon as it is committed."""

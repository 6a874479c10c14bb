"""Push: waking devices that sleep, so that they ask what has changed."""

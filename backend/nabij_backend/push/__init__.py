"""Push messages that wake devices, so that they ask for the current permissions."""

"""Devices: which there are of a person, and which have stopped."""

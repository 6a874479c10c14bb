"""Devices of a person, and which of them have stopped."""

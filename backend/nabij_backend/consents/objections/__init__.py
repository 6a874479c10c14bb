"""Objections: a purpose that a customer objects to cannot be granted."""

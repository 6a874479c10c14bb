"""Retention: nothing is kept longer than the notice says."""

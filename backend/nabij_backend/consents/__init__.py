"""Consents: the acts of customers, and what they permit."""

"""Receipts: the customer's proof of an act."""

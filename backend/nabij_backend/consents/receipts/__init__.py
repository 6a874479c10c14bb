"""Receipts: what the customer keeps as proof of an act."""

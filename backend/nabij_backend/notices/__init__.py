"""Notices: what the customer is shown, and the proof that they were."""

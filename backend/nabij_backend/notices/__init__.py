"""Notices, and the proof that a customer was shown one."""

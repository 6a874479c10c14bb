"""Erasing an account for good, also from backups that are restored later."""

"""Erasure of an account, also from backups that are restored later."""

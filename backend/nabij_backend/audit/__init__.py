"""The audit: consistency of acts, grants, statuses and the log."""

"""Whether what is stored agrees with itself: acts, grants, statuses and the log."""

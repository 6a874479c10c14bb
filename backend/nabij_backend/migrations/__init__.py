"""The schema's history, one revision a file, applied by ``nabij migrate``."""

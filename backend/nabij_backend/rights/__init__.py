"""Rights of a person: access, export, erasure, choices."""

"""Export of everything about a person: JSON for programs, a page for people."""

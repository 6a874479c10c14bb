"""Everything about a person, for the person: as JSON for programs, as a page for people."""

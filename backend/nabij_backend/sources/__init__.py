"""Community energy sources: the catalogue, and what lies near a square."""

"""Sources for the map: vector tiles."""

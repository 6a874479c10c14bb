"""HTTP: middleware, problems, limits, caches and shared types."""

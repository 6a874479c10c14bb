"""The page's session."""

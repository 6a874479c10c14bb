"""The page, as the tools of `sdk/web` built it."""

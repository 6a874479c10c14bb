"""The reference dashboard, as the web's tools built it."""

"""What a restored service is held against."""

from pathlib import Path

from nabij_backend.settings import Settings
from nabij_backend.signing import signing_folder


def known_file(settings: Settings) -> Path:
    """Where this host keeps the newest checkpoint that it knows."""
    return signing_folder(settings) / "newest.checkpoint"

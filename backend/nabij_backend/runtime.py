"""The runtime of code outside a request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nabij_backend.db import Database
from nabij_backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings and a pool. Time, identifiers and randomness are passed in."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    random_bytes: Callable[[int], bytes]

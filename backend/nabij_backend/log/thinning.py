"""Deletion of old checkpoints, which would grow with every turn of the sequencer.

Rules:

1. of each hour the last checkpoint of a log stays, and each that a witness cosigned;
2. of the last day all stay: proofs that are on their way name one of them;
3. nothing is lost that a proof needs. A proof is made of leaves and nodes and comes with whichever
   checkpoint is asked for; a receipt names none.

The database refuses to delete what rule 1 keeps.
"""

from datetime import datetime, timedelta

from nabij_backend.db import Connection
from nabij_backend.log import repository

_ALL_STAY_FOR = timedelta(days=1)
_BATCH = 10_000


async def thin_once(connection: Connection, now: datetime, *, batch: int = _BATCH) -> int:
    """Delete what is over, on a connection of the worker; returns how many checkpoints went."""
    gone = 0
    while more := await repository.thin(connection, now - _ALL_STAY_FOR, batch):
        gone += more
    return gone

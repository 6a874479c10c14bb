"""The statements about queued push messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import Connection

_SQL = sql.load("push")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is due, and where it goes."""

    subject_id: UUID
    device_id: UUID
    message_id: UUID
    push_token: str = field(repr=False)


async def claim(connection: Connection, *, most: int, now: datetime) -> list[Waiting]:
    """Messages that are due, put off until their next attempt."""
    cursor = await connection.execute(_SQL["claim"], {"most": most, "now": now})
    return [Waiting(**row) for row in await cursor.fetchall()]


async def tell_of_notice(
    connection: Connection, message_id: UUID, *, most: int, now: datetime
) -> int:
    """Queue what tells of a notice that asks anew; returns how many devices were looked at."""
    parameters = {"message_id": message_id, "most": most, "now": now}
    row = await (await connection.execute(_SQL["tell_of_notice"], parameters)).fetchone()
    return 0 if row is None else row["behind"]


async def remove(connection: Connection, sent: Sequence[Waiting]) -> None:
    """Drop messages that are done with, unless a newer one has taken their place."""
    await connection.execute(_SQL["remove"], _keys(sent))


async def put_off(connection: Connection, until: Mapping[Waiting, datetime]) -> None:
    """Try these no sooner than so, unless a newer message has taken their place."""
    await connection.execute(_SQL["put_off"], _keys(list(until)) | {"until": list(until.values())})


async def wait_for_turn(connection: Connection, until: Mapping[Waiting, datetime]) -> None:
    """Let these wait until then, as if they had not been tried."""
    parameters = _keys(list(until)) | {"until": list(until.values())}
    await connection.execute(_SQL["wait_for_turn"], parameters)


async def forget_tokens(connection: Connection, gone: Sequence[Waiting]) -> None:
    """Drop push tokens behind which there is nobody, unless they were replaced meanwhile."""
    tokens = {"push_tokens": [each.push_token for each in gone]}
    await connection.execute(_SQL["forget_tokens"], _keys(gone) | tokens)


def _keys(waiting: Sequence[Waiting]) -> dict[str, object]:
    return {
        "subject_ids": [each.subject_id for each in waiting],
        "device_ids": [each.device_id for each in waiting],
        "message_ids": [each.message_id for each in waiting],
    }

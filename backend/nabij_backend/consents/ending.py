"""Ending of grants by an operator, an objection or their expiry.

Rules:

1. it is an act like any other: it waits its turn, has a number and a leaf, takes effect at once;
2. it ends only grants that are there when its turn comes, and names only their signals;
3. where none is there, nothing is recorded: time may come by twice;
4. what only time ends is over by the clock of that moment: a grant renewed meanwhile stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from nabij_backend.consents import repository, service
from nabij_backend.consents.schemas import Erased
from nabij_backend.db import SubjectSession, take_turn
from nabij_backend.devices.service import Actor
from nabij_backend.notices import service as notices
from nabij_consent import ConsentEvent, EventKind, Method, Purpose, RecordedEvent, Signal

EndingKind = Literal[EventKind.WITHDRAWN, EventKind.EXPIRED]


@dataclass(frozen=True, slots=True)
class Ended:
    """The act that ended grants, and how many rows went with them."""

    recorded: RecordedEvent
    erased: Erased


async def end_for(  # noqa: PLR0913 - a column each
    session: SubjectSession,
    *,
    kind: EndingKind,
    method: Method,
    purpose: Purpose | None,
    signals: Sequence[Signal],
    moment: service.Moment,
    event_id: UUID,
    actor: Actor | None = None,
    only_over: bool = False,
) -> Ended | None:
    """End the grants of ``signals`` for a purpose (None: for every one).

    With ``only_over``: those whose time is over, and no others. Only ``Method.APP`` has, and needs,
    an actor. Returns None where no such grant lives.

    Raises:
        Problem: no notice was ever published.
    """
    await take_turn(session)
    over_at = moment.now if only_over else None
    live = await repository.live_signals(session, purpose, signals, over_at=over_at)
    if not live:
        return None
    notice = await notices.current(session.connection)
    event = ConsentEvent(
        event_id=event_id,
        kind=kind,
        purpose=purpose,
        signals=live,
        notice_version=notice.version,
        occurred_at=moment.now,
    )
    recorded, erased = await service.enact(
        session, event, notice, moment, method=method, actor=actor, nonce=None
    )
    return Ended(recorded, erased)


async def expire(
    session: SubjectSession, purpose: Purpose, moment: service.Moment, *, event_id: UUID
) -> Ended | None:
    """End the grants of one purpose whose time is over; None where all were renewed or ended."""
    return await end_for(
        session,
        kind=EventKind.EXPIRED,
        method=Method.EXPIRY,
        purpose=purpose,
        signals=tuple(Signal),
        moment=moment,
        event_id=event_id,
        only_over=True,
    )

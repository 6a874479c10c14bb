"""Live grants, derived from a person's acts and the notices alone. Pure.

Rules, those by which acts take effect:

1. a grant gives each of its signals until the notice's lifetime is over;
2. it renews what lives: the epoch goes on where the earlier grant is not over, is of a version that
   the notice still accepts, and has the same resolution and retention; else a new epoch begins;
3. every other act ends the grants that it concerns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from nabij_consent import (
    EventKind,
    Notice,
    NoticeSignal,
    Purpose,
    RecordedEvent,
    Signal,
    epoch_of,
)


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """A row of ``live_grant``, but for whose it is and what it is for."""

    epoch: int
    begun_number: int
    event_number: int
    resolution_m: int | None
    retention_days: int
    notice_version: int
    granted_at: datetime
    expires_at: datetime


Leaf: TypeAlias = tuple[RecordedEvent, bytes]
Grants: TypeAlias = dict[tuple[Purpose, Signal], LiveGrant]


def derived_grants(acts: Iterable[Leaf], notices: Mapping[int, Notice]) -> Grants:
    """Return the grants of one person after these acts, oldest first, with the hash of its leaf.

    Raises:
        KeyError: an act names a notice that is not among these.
    """
    live: Grants = {}
    for recorded, leaf_hash in acts:
        if recorded.act.kind is EventKind.GRANTED:
            notice = notices[recorded.act.notice_version]
            _give(live, recorded, notice, epoch_of(leaf_hash))
        else:
            ended = [key for key in live if recorded.act.concerns(*key)]
            for key in ended:
                del live[key]
    return live


def _give(live: Grants, recorded: RecordedEvent, notice: Notice, epoch: int) -> None:
    for purpose, terms in notice.asks():
        if recorded.act.concerns(purpose, terms.signal):
            key = (purpose, terms.signal)
            earlier = live.get(key)
            if earlier is None or not _renews(earlier, recorded, notice, terms):
                begun = epoch, recorded.number
            else:
                begun = earlier.epoch, earlier.begun_number
            live[key] = _granted(begun, recorded, notice, terms)


def _renews(
    earlier: LiveGrant, recorded: RecordedEvent, notice: Notice, terms: NoticeSignal
) -> bool:
    return (
        earlier.expires_at > recorded.recorded_at
        and earlier.notice_version >= notice.material_since
        and (earlier.resolution_m, earlier.retention_days)
        == (terms.resolution_m, terms.retention_days)
    )


def _granted(
    begun: tuple[int, int], recorded: RecordedEvent, notice: Notice, terms: NoticeSignal
) -> LiveGrant:
    epoch, begun_number = begun
    return LiveGrant(
        epoch=epoch,
        begun_number=begun_number,
        event_number=recorded.number,
        resolution_m=terms.resolution_m,
        retention_days=terms.retention_days,
        notice_version=notice.version,
        granted_at=recorded.recorded_at,
        expires_at=recorded.recorded_at + notice.grant_lifetime,
    )

"""Events of a device, and the state that they are derived from.

Rules:

1. an event says which state there is now, never how it came about: the number of the person's last
   act and the version of the current notice;
2. its id names both, so a device that comes back says what it knows and is told the difference;
3. an id that this service cannot have given, or that is ahead of it, counts as knowing nothing;
4. acts and notices only grow in number: what arrives late is passed over;
5. that a device acknowledged an act, or was removed, has no number: it is told to those who listen
   just then, and who comes back reads the devices anyway.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

# As many digits as a PostgreSQL bigint and integer hold.
_EVENT_ID = re.compile(r"(0|[1-9][0-9]{0,17})-(0|[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class FeedState:
    """The number of a person's last act and the version of the notice; 0 where there is none."""

    act: int = 0
    notice: int = 0

    @property
    def event_id(self) -> str:
        """How the state is named in a stream."""
        return f"{self.act}-{self.notice}"

    def joined(self, other: "FeedState") -> "FeedState":
        """Return the newer of both acts and of both notices."""
        return FeedState(max(self.act, other.act), max(self.notice, other.notice))


NOTHING = FeedState()


@dataclass(frozen=True, slots=True)
class Somebody:
    """What is the case for a person.

    ``devices`` is another number whenever a device acknowledged an act or is gone.
    """

    act: int
    devices: int


@dataclass(frozen=True, slots=True)
class Present:
    """What is the case for everybody, and for some people; None: one who was erased."""

    notice: int
    catalogue: int
    people: Mapping[UUID, Somebody | None]


@dataclass(frozen=True, slots=True)
class Event:
    """One event, and the state that is known once it was heard."""

    name: str
    data: dict[str, int]
    known: FeedState


def known_to(last_event_id: str | None, present: FeedState) -> FeedState:
    """Return what a device knows that heard this event last, by rule 3."""
    found = _EVENT_ID.fullmatch(last_event_id or "")
    known = FeedState(int(found[1]), int(found[2])) if found else NOTHING
    return known if present.joined(known) == present else NOTHING


def devices_changed(known: FeedState) -> Event:
    """That the devices are to be read again, by rule 5."""
    return Event("devices-changed", {}, known)


def news(known: FeedState, present: FeedState) -> Iterator[Event]:
    """Yield the events between ``known`` and ``present``."""
    if present.act > known.act:
        known = replace(known, act=present.act)
        yield Event("consent-changed", {"number": known.act}, known)
    if present.notice > known.notice:
        known = replace(known, notice=present.notice)
        yield Event("notice-changed", {"version": known.notice}, known)

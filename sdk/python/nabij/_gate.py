"""What this device knows of the customer's consent, and whether it permits.

Rules:

1. nothing known permits nothing; the device guesses neither a yes nor a no;
2. what the service said permits for ``LEASE`` from the moment it was asked, then no longer, until
   it is asked again; a clock that went back ends the lease too. It says the same once more where
   it accepts a report, and nothing was decided since it was asked;
3. the rules of ``nabij_consent.decide`` hold here as they do in the service;
4. where the service refuses and those rules would permit, the service is right;
5. what ended on this device stays ended: the answer to a question from before the ending is not
   learned, since it tells of the time before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Final, TypeAlias

from nabij_consent import (
    Allowed,
    EventKind,
    Evidence,
    Grant,
    Notice,
    Purpose,
    Reason,
    Signal,
    decide,
)

LEASE: Final = timedelta(hours=24)
"""How long permission lasts on a device that does not reach the service."""


class DeviceReason(StrEnum):
    """Why this device refuses where the rules of consent alone cannot tell."""

    NOT_KNOWN = "not-known"
    LEASE_OVER = "lease-over"
    GRANT_CHANGED = "grant-changed"
    SERVICE_REFUSES = "service-refuses"
    OS_NONE = "os-none"
    OS_UNKNOWN = "os-unknown"
    UNSUPPORTED = "unsupported"
    STORE_FAILED = "store-failed"
    CLOCK_UNKNOWN = "clock-unknown"
    TOO_OLD = "too-old"


RefusalReason: TypeAlias = Reason | DeviceReason


@dataclass(frozen=True, slots=True)
class Refused:
    """The signal may not be collected, for these reasons (at least one)."""

    reasons: tuple[RefusalReason, ...]


Permission: TypeAlias = Allowed | Refused


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one signal for one purpose.

    Attributes:
        objections: why the service does not permit it; empty where it does.
    """

    purpose: Purpose
    signal: Signal
    latest: EventKind | None
    grant: Grant | None
    objections: tuple[RefusalReason, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Marks when the service was asked, so that a late answer is not taken for a new one."""

    asked_at: datetime
    endings: int


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that the gate knows at one moment; replaced as a whole, so it is read without a lock."""

    known: Mapping[tuple[Purpose, Signal], Known] = field(
        default_factory=dict[tuple[Purpose, Signal], Known]
    )
    learned_at: datetime | None = None
    notice: Notice | None = None

    def permission(self, purpose: Purpose, signal: Signal, now: datetime) -> Permission:
        """Decide by the rules of this module."""
        if self.learned_at is None:
            return Refused((DeviceReason.NOT_KNOWN,))
        if not self.learned_at <= now < self.learned_at + LEASE:
            return Refused((DeviceReason.LEASE_OVER,))
        known = self.known.get((purpose, signal), Known(purpose, signal, None, None, ()))
        if known.objections:
            return Refused(known.objections)
        evidence = Evidence(purpose, signal, self.notice, known.latest, known.grant, now)
        decision = decide(evidence)
        return decision if isinstance(decision, Allowed) else Refused(decision.reasons)


_NOTHING: Final = Knowledge()


class Gate:
    """Answers whether a signal may be collected now: without network, and failing closed."""

    def __init__(self, knowledge: Knowledge = _NOTHING) -> None:
        self.knowledge = knowledge
        self.asked_at = knowledge.learned_at
        self._endings = 0

    @property
    def notice(self) -> Notice | None:
        """The notice that is current, as far as this device knows."""
        return self.knowledge.notice

    def show(self, notice: Notice) -> None:
        """Take ``notice`` for the current one."""
        self.knowledge = replace(self.knowledge, notice=notice)

    def question(self, now: datetime) -> Question:
        """Mark ``now`` as the moment of asking; ``learn`` takes the answer with this mark."""
        return Question(now, self._endings)

    def learn(self, question: Question, known: Iterable[Known]) -> bool:
        """Take over all that the service said; False where something ended since it was asked."""
        if question.endings != self._endings:
            return False
        by_key = {(each.purpose, each.signal): each for each in known}
        self.knowledge = Knowledge(by_key, question.asked_at, self.notice)
        self.asked_at = question.asked_at
        return True

    def confirm(self, question: Question) -> None:
        """Let what is known permit for another lease, unless something ended since ``question``."""
        if question.endings == self._endings and self.knowledge.learned_at is not None:
            self.knowledge = replace(self.knowledge, learned_at=question.asked_at)

    def end(self, kind: EventKind, purpose: Purpose | None, signals: Iterable[Signal]) -> None:
        """Let nothing of ``purpose`` (None: of any) permit ``signals`` from now on."""
        purposes = {purpose} if purpose else {each for each, _ in self.knowledge.known}
        self._put(
            Known(each, signal, kind, grant=None, objections=())
            for each, signal in product(purposes, signals)
        )

    def doubt(self, purpose: Purpose, signal: Signal) -> None:
        """Permit ``signal`` no longer, until the service is asked again."""
        nothing = Known(purpose, signal, None, None, ())
        known = self.knowledge.known.get((purpose, signal), nothing)
        self._put([replace(known, objections=(DeviceReason.NOT_KNOWN,))])

    def forget(self) -> None:
        """Permit nothing any longer, until the service is asked again."""
        self._endings += 1
        self.knowledge = replace(self.knowledge, learned_at=None)

    def is_permitted(self, signal: Signal, now: datetime) -> bool:
        """Return whether ``signal`` may be collected for any purpose."""
        purposes = {purpose for purpose, each in self.knowledge.known if each is signal}
        return any(isinstance(self.permission(each, signal, now), Allowed) for each in purposes)

    def permission(self, purpose: Purpose, signal: Signal, now: datetime) -> Permission:
        """Decide by the rules of this module."""
        return self.knowledge.permission(purpose, signal, now)

    def _put(self, known: Iterable[Known]) -> None:
        self._endings += 1
        changed = {(each.purpose, each.signal): each for each in known}
        self.knowledge = replace(self.knowledge, known={**self.knowledge.known, **changed})

"""May this signal be collected now? The only place where consent turns into permission.

Every rule must agree, and "cannot tell" refuses:

1. ``NoticeAsks``: a notice is published, and it asks for this signal for this purpose;
2. ``SaidYes``: the customer's latest act about it is a grant. Refused, dismissed (``deferred``),
   withdrawn, expired and never asked are five different reasons, and none permits;
3. ``GrantIsLive``: the grant that the act gave is there, for just this signal and purpose;
4. ``OfAcceptedNotice``: the grant was given under a version that the current notice accepts;
5. ``Unexpired``: now is before the grant's end.

No rule reads a clock: ``now`` is part of the evidence. An empty list of rules refuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from nabij_consent.events import EventKind
from nabij_consent.grants import Grant
from nabij_consent.notices import Notice
from nabij_consent.signals import Purpose, Signal


class Reason(StrEnum):
    """Why a signal may not be collected."""

    NO_RULES = "no-rules"
    NO_NOTICE = "no-notice"
    NOT_ASKED = "not-asked"
    NEVER_ANSWERED = "never-answered"
    REFUSED = "refused"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NO_GRANT = "no-grant"
    NOTICE_CHANGED = "notice-changed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a decision may look at."""

    purpose: Purpose
    signal: Signal
    notice: Notice | None
    latest: EventKind | None
    grant: Grant | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Allowed:
    """The signal may be collected, under this grant."""

    grant: Grant


@dataclass(frozen=True, slots=True)
class Refused:
    """The signal may not be collected, for these reasons (at least one)."""

    reasons: tuple[Reason, ...]


Decision: TypeAlias = Allowed | Refused


class Rule(Protocol):
    """One condition: the reason it refuses for, or None where it agrees."""

    def objection(self, evidence: Evidence) -> Reason | None:
        """Return why the evidence does not permit, as far as this rule can tell."""
        ...


@dataclass(frozen=True, slots=True)
class NoticeAsks:
    """A published notice asks for this signal for this purpose."""

    def objection(self, evidence: Evidence) -> Reason | None:
        """Return ``no-notice`` or ``not-asked``."""
        if evidence.notice is None:
            return Reason.NO_NOTICE
        if evidence.notice.terms(evidence.purpose, evidence.signal) is None:
            return Reason.NOT_ASKED
        return None


@dataclass(frozen=True, slots=True)
class SaidYes:
    """The customer's latest act about the signal is an explicit grant."""

    def objection(self, evidence: Evidence) -> Reason | None:
        """Return the latest act, where it is not a grant."""
        if evidence.latest is None:
            return Reason.NEVER_ANSWERED
        return None if evidence.latest is EventKind.GRANTED else Reason(evidence.latest)


@dataclass(frozen=True, slots=True)
class GrantIsLive:
    """There is a grant, and it is for this signal and this purpose."""

    def objection(self, evidence: Evidence) -> Reason | None:
        """Return ``no-grant``."""
        grant = evidence.grant
        asked = (evidence.purpose, evidence.signal)
        return None if grant and (grant.purpose, grant.signal) == asked else Reason.NO_GRANT


@dataclass(frozen=True, slots=True)
class OfAcceptedNotice:
    """The grant was given under a version of the notice that the current one accepts."""

    def objection(self, evidence: Evidence) -> Reason | None:
        """Return ``notice-changed``."""
        if evidence.grant is None or evidence.notice is None:
            return None
        accepted = evidence.notice.accepts(evidence.grant.notice_version)
        return None if accepted else Reason.NOTICE_CHANGED


@dataclass(frozen=True, slots=True)
class Unexpired:
    """Now is before the grant's end."""

    def objection(self, evidence: Evidence) -> Reason | None:
        """Return ``expired``."""
        over = evidence.grant is not None and evidence.now >= evidence.grant.expires_at
        return Reason.EXPIRED if over else None


RULES: tuple[Rule, ...] = (NoticeAsks(), SaidYes(), GrantIsLive(), OfAcceptedNotice(), Unexpired())


def decide(evidence: Evidence, rules: Sequence[Rule] = RULES) -> Decision:
    """Return ``Allowed`` where every rule agrees; else ``Refused`` with every rule's reason."""
    objections = tuple(rule.objection(evidence) for rule in rules) or (Reason.NO_RULES,)
    reasons = tuple(dict.fromkeys(reason for reason in objections if reason is not None))
    if evidence.grant is None or reasons:
        return Refused(reasons or (Reason.NO_GRANT,))
    return Allowed(evidence.grant)

"""The grants of one customer, and the statuses that live because of them.

Rules:

1. a renewal of the same terms goes on in its epoch; a grant on other terms, or of one that counts
   no longer, begins another, and what the one before it allowed is gone;
2. a report is kept where a live grant of its epoch allows it; else it meets a problem;
3. of each signal and device the newest report is kept, cut to the square that was agreed to;
4. what a grant allowed goes with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from nabij.testing._service.bodies import ReportBody
from nabij_consent import Grant, Json, Notice, NoticeSignal, Purpose, Signal
from nabij_geo import Cell, Resolution

ACCEPTED: Final = "accepted"

About: TypeAlias = tuple[Purpose, Signal]


@dataclass(frozen=True, slots=True)
class _Live:
    grant: Grant
    begun_by: int
    terms: tuple[Resolution | None, int]

    @property
    def retention(self) -> timedelta:
        return timedelta(days=self.terms[1])


@dataclass(frozen=True, slots=True)
class _Kept:
    hour: datetime
    state: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Granting:
    """An act that grants: its number, the epoch that it may begin, and when it was recorded."""

    number: int
    epoch: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a device told last of a signal."""

    device_id: UUID
    signal: Signal
    hour: datetime
    state: Mapping[str, Json]


class Grants:
    """What is permitted, and what is kept because of it."""

    def __init__(self) -> None:
        self._live: dict[About, _Live] = {}
        self._kept: dict[tuple[About, UUID], _Kept] = {}

    def get(self, about: About) -> Grant | None:
        """Return the grant that lives."""
        live = self._live.get(about)
        return None if live is None else live.grant

    def is_anything_permitted(self, notice: Notice, now: datetime) -> bool:
        """Return whether any grant counts now."""
        return any(_counts(each.grant, notice, now) for each in self._live.values())

    def begun_by(self, about: About) -> int:
        """Return the number of the act that began the grant which lives; 0: none lives."""
        live = self._live.get(about)
        return 0 if live is None else live.begun_by

    def give(self, about: About, terms: NoticeSignal, notice: Notice, act: Granting) -> None:
        """Give a grant on ``terms``, or renew the one there is."""
        now = act.now
        offered = terms.resolution_m, terms.retention_days
        live = self._live.get(about)
        if live and (live.terms != offered or not _counts(live.grant, notice, now)):
            self.end(lambda each: each == about)
            live = None
        grant = Grant(
            purpose=about[0],
            signal=about[1],
            epoch=live.grant.epoch if live else act.epoch,
            resolution_m=terms.resolution_m,
            notice_version=notice.version,
            granted_at=now,
            expires_at=now + notice.grant_lifetime,
        )
        self._live[about] = _Live(grant, live.begun_by if live else act.number, offered)

    def end(self, concerned: Callable[[About], bool]) -> None:
        """End the grants that are ``concerned``, and erase what they allowed."""
        self._live = {each: live for each, live in self._live.items() if not concerned(each)}
        self._kept = {each: kept for each, kept in self._kept.items() if each[0] in self._live}

    def forget(self, device_id: UUID) -> None:
        """Erase what a device told."""
        self._kept = {each: kept for each, kept in self._kept.items() if each[1] != device_id}

    def count(self) -> dict[Signal, int]:
        """Return how many statuses are kept, by signal."""
        return {each: sum(about[1] is each for about, _ in self._kept) for each in Signal}

    def kept(self) -> dict[tuple[Signal, UUID], Mapping[str, Json]]:
        """Return what is kept now, by signal and device."""
        return {(about[1], device): each.state for (about, device), each in self._kept.items()}

    def told(self, purpose: Purpose, notice: Notice, now: datetime) -> list[Told]:
        """Return what this person's devices told last and is permitted still, the newest first."""
        told = [
            Told(device, about[1], each.hour, each.state)
            for (about, device), each in self._kept.items()
            if about[0] == purpose
            and _counts(self._live[about].grant, notice, now)
            and each.hour > now - self._live[about].retention
        ]
        return sorted(told, key=lambda each: (-each.hour.timestamp(), each.device_id))

    def report(self, device_id: UUID, report: ReportBody, notice: Notice, now: datetime) -> str:
        """Keep the report; ``ACCEPTED``, or the problem that it met."""
        live = self._live.get((report.purpose, report.signal))
        verdict = _verdict(report, live, notice, now)
        if live and verdict == ACCEPTED:
            self._keep(device_id, report, live.grant.resolution_m)
        return verdict

    def _keep(self, device_id: UUID, report: ReportBody, resolution_m: Resolution | None) -> None:
        place = (report.purpose, report.signal), device_id
        before = self._kept.get(place)
        if before is None or before.hour <= report.hour:
            self._kept[place] = _Kept(report.hour, _cut(report.state, resolution_m))


def _counts(grant: Grant, notice: Notice, now: datetime) -> bool:
    return grant.expires_at > now and notice.accepts(grant.notice_version)


def _verdict(report: ReportBody, live: _Live | None, notice: Notice, now: datetime) -> str:
    if live is None:
        return "no-consent"
    if live.grant.epoch != report.epoch:
        return "stale-epoch"
    if live.grant.expires_at <= now:
        return "consent-expired"
    if not notice.accepts(live.grant.notice_version):
        return "notice-changed"
    return ACCEPTED if report.hour > now - live.retention else "too-old"


def _cut(state: Mapping[str, Json], resolution_m: Resolution | None) -> Mapping[str, Json]:
    cell = state.get("cell")
    if not isinstance(cell, str) or resolution_m is None:
        return state
    square = Cell.parse(cell)
    side_m = max(square.resolution_m, resolution_m)
    lower_left = {
        "northing_m": square.northing_m - square.northing_m % side_m,
        "easting_m": square.easting_m - square.easting_m % side_m,
    }
    return {"cell": replace(square, resolution_m=side_m, **lower_left).code}

"""What must be true of consent, in plain Python: no database, and no rule of the code under test.

A person's answers, grants and statuses as dictionaries; every act and report says what it expects
the service to do, and does it here.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

SIGNALS = ("gps", "gsm", "wifi")
NONCE_LIFETIME = timedelta(hours=24)
CLOCK_SKEW = timedelta(minutes=5)
KEPT = timedelta(days=30)
BACKUPS_KEPT = timedelta(days=30)
GRANTED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Published:
    """The notice that is current."""

    version: int
    material_since: int
    resolution_m: int


@dataclass(frozen=True)
class Showing:
    """A nonce, and whom it was shown to."""

    person: str
    nonce: str
    version: int
    served_at: datetime


@dataclass(frozen=True)
class Act:
    """Something that somebody said on one of their devices; delivered once, twice or never."""

    id: UUID
    person: str
    kind: str
    signals: tuple[str, ...]
    device: int
    version: int
    showing: Showing | None
    occurred_at: datetime


@dataclass(frozen=True)
class Report:
    """What a device read under a grant; it may arrive late, and twice."""

    person: str
    device: int
    signal: str
    epoch: int
    hour: datetime
    value: str | bool


@dataclass(frozen=True)
class Grant:
    """A yes that lives."""

    epoch: int
    version: int
    resolution_m: int
    expires_at: datetime


@dataclass
class Person:
    """All that the service may know of somebody."""

    known: bool = False
    acts: set[UUID] = field(default_factory=set[UUID])
    shown: set[str] = field(default_factory=set[str])
    latest: dict[str, str] = field(default_factory=dict[str, str])
    grants: dict[str, Grant] = field(default_factory=dict[str, Grant])
    statuses: dict[tuple[str, int], tuple[datetime, str | int]] = field(
        default_factory=dict[tuple[str, int], tuple[datetime, str | int]]
    )

    def end(self, signal: str, kind: str) -> None:
        """No grant for ``signal`` any more, and nothing that it allowed."""
        self.latest[signal] = kind
        self.grants.pop(signal, None)
        for key in [key for key in self.statuses if key[0] == signal]:
            del self.statuses[key]

    def counts(self, signal: str, notice: Published, now: datetime) -> bool:
        """Whether there is a yes for ``signal`` that still permits."""
        grant = self.grants.get(signal)
        return (
            grant is not None and now < grant.expires_at and grant.version >= notice.material_since
        )

    def may_grant(self, act: Act, notice: Published, now: datetime) -> bool:
        """Whether the person was shown, lately and only for this, what they agree to."""
        shown = act.showing
        return (
            shown is not None
            and shown.nonce in self.shown
            and act.version == shown.version == notice.version
            and shown.served_at > now - NONCE_LIFETIME
        )

    def grant(
        self, act: Act, notice: Published, now: datetime, epochs: dict[str, int], ever: set[int]
    ) -> None:
        """Agree; ``epochs`` are those that the service answered, to be judged here.

        ``ever`` are all that anybody had, also before an erasure or a restore.
        """
        assert act.showing is not None
        self.shown.remove(act.showing.nonce)
        for signal in act.signals:
            old = self.grants.get(signal)
            goes_on = (
                old is not None
                and self.counts(signal, notice, now)
                and (signal != "gps" or old.resolution_m == notice.resolution_m)
            )
            if goes_on and old is not None:
                assert epochs[signal] == old.epoch
            else:
                assert epochs[signal] not in ever
                self.end(signal, "granted")
            self.latest[signal] = "granted"
            self.grants[signal] = Grant(
                epochs[signal], notice.version, notice.resolution_m, now + GRANTED_FOR
            )
        ever.update(epochs.values())

    def verdict(self, report: Report, notice: Published, now: datetime) -> str:
        """What the service must say to ``report``."""
        grant = self.grants.get(report.signal)
        if grant is None:
            return "no-consent"
        if grant.epoch != report.epoch:
            return "stale-epoch"
        if now >= grant.expires_at:
            return "consent-expired"
        if grant.version < notice.material_since:
            return "notice-changed"
        return "too-old" if report.hour <= now - KEPT else "accepted"

    def keep(self, report: Report) -> None:
        """Remember an accepted report, unless a newer one is there."""
        key = report.signal, report.device
        if key not in self.statuses or self.statuses[key][0] <= report.hour:
            value = report.value
            if isinstance(value, str):
                value = _square(value, self.grants["gps"].resolution_m)
            self.statuses[key] = report.hour, value

    def sweep(self, now: datetime) -> None:
        """What time ends: grants, showings that led to nothing, statuses without news."""
        for signal, grant in list(self.grants.items()):
            if now >= grant.expires_at:
                self.end(signal, "expired")
        for key, (hour, _) in list(self.statuses.items()):
            if hour <= now - KEPT:
                del self.statuses[key]

    def copy(self) -> "Person":
        """As things are now, for a backup."""
        return replace(
            self,
            acts=set(self.acts),
            shown=set(self.shown),
            latest=dict(self.latest),
            grants=dict(self.grants),
            statuses=dict(self.statuses),
        )


def _square(code: str, resolution_m: int) -> str:
    """The square of ``resolution_m`` around a square of 1 km, by the numbers in its code."""
    northing_m, easting_m = (int(part) for part in code.partition("mN")[2].split("E"))
    north = northing_m - northing_m % resolution_m
    east = easting_m - easting_m % resolution_m
    return f"CRS3035RES{resolution_m}mN{north}E{east}"

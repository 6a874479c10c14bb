"""What the client returns: frozen values that show nothing personal when printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Literal
from uuid import UUID

from nabij._errors import NabijError, SensorError
from nabij._gate import RefusalReason
from nabij._pacing import HeldReport
from nabij_consent import (
    EventKind,
    Freshness,
    Locale,
    NetworkReport,
    Notice,
    Purpose,
    Signal,
    explain_freshness,
    source_label,
)
from nabij_geo import Cell, DistanceInterval, Position

Platform = Literal["android", "ios", "linux", "other"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the service refused (RFC 9457): a `type` such as /problems/not-found."""

    type: str
    title: str
    status: int


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice as this customer is shown it, its digest verified on this device.

    Attributes:
        digest: SHA-256 of the notice's RFC 8785 form, in hexadecimal.
        nonce: ties an answer to this showing; None for somebody who is not signed in.
    """

    notice: Notice
    locale: Locale
    digest: str
    nonce: str | None = field(default=None, repr=False)

    @property
    def title(self) -> str:
        """The heading, in the locale that was asked for."""
        return self.notice.title[self.locale]

    @property
    def body(self) -> str:
        """The text, in the locale that was asked for."""
        return self.notice.body[self.locale]


@dataclass(frozen=True, slots=True)
class Collected:
    """What one round of collecting did, by signal.

    Attributes:
        queued: read, and waiting for `report`. A square waits for a random minute of the next hour.
        refused: not permitted, and why. The sensor was never started, or what it read while the
            permission ended was thrown away.
        failed: permitted, but the sensor gave nothing.
        unsettled: permitted, but there is nothing new to tell: the phone does not dwell anywhere
            yet, no look was needed, or the service knows the square.
        look_again_at: when gps has something new to tell; None: whenever it is collected.
        at_quiet_place: whether the phone is where the customer wants nothing told of: then the
            square that was told last stands on.
    """

    queued: tuple[Signal, ...]
    refused: Mapping[Signal, tuple[RefusalReason, ...]]
    failed: Mapping[Signal, SensorError]
    unsettled: frozenset[Signal] = frozenset()
    look_again_at: datetime | None = None
    at_quiet_place: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the queue.

    Attributes:
        accepted: how many reports the service keeps.
        refused: id and reason of every other one. The reason is a `RefusalReason` where this
            device held it back, a problem type (/problems/...) where the service did. None of
            them is tried again.
        held: why nothing was sent though something waits, and until when; None where it was.
    """

    accepted: int
    refused: tuple[tuple[UUID, str], ...]
    held: HeldReport | None = None


@dataclass(frozen=True, slots=True)
class Stepped:
    """What one round of the loop did.

    Attributes:
        collected: what became of the sensors.
        report: what became of the queue; None where the service did not answer.
        failure: why the service could not be asked or told; None where it could.
        again_at: when the next round is due: in a minute at the earliest, in an hour at the latest.
    """

    collected: Collected
    report: Report | None
    failure: NabijError | None
    again_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reading that waits to be reported.

    Attributes:
        hour: when it was taken, cut to the hour.
        status: just what would be told.
        due_at: when it may be told; None: at once.
    """

    id: UUID
    purpose: Purpose
    signal: Signal
    hour: datetime
    status: Mapping[str, object] = field(repr=False)
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """What has not been told yet.

    Attributes:
        waiting: readings, one for each signal and purpose at most; of gps one more, while a square
            waits for its minute.
        untold: how many withdrawals, refusals and deferrals the service does not know of.
        dropped: how many readings were never sent, by signal and reason.
    """

    waiting: tuple[Waiting, ...]
    untold: int
    dropped: Mapping[tuple[Signal, str], int]


@dataclass(frozen=True, slots=True)
class Preview:
    """The next report, as it would go over the wire.

    Attributes:
        body: its bytes.
        why: for each field in it, why it is there.
        at_quiet_place: whether the phone is at a quiet place, and the square is the last other one.
    """

    method: str
    path: str = field(repr=False)
    body: bytes = field(repr=False)
    why: Mapping[str, str]
    at_quiet_place: bool = False


class DeviceState(StrEnum):
    """What the service knows of a device since consent last ended for something.

    NOT_YET_REACHED: it has not heard of it; what it reports meanwhile is refused.
    MAY_COLLECT: it applied all that ended, and something else is still permitted.
    STOPPED: it applied all that ended, and nothing is permitted.
    """

    STOPPED = "stopped"
    MAY_COLLECT = "may-collect"
    NOT_YET_REACHED = "not-yet-reached"


@dataclass(frozen=True, slots=True)
class CustomersDevice:
    """One of this customer's devices."""

    id: UUID
    platform: str
    state: DeviceState


class Devices(tuple[CustomersDevice, ...]):
    """All devices of this customer."""

    __slots__ = ()

    @property
    def stopped_on(self) -> str:
        """On how many of them what was ended has stopped, in English; an app has its own words."""
        reached = [each for each in self if each.state is not DeviceState.NOT_YET_REACHED]
        return f"stopped on {len(reached)} of {len(self)}"


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """When the service last heard one of this customer's devices, and why its square is old.

    Attributes:
        heard: the hour in which it told anything last, in UTC.
        square: the hour in which it told its square; None where it told none.
        gsm: whether a mobile network served it, and when; None where it told nothing of that.
        wifi: whether it was on Wi-Fi, and when; None where it told nothing of that.
        freshness: what the age of the square comes from; None without a square.
    """

    id: UUID
    platform: str
    heard: datetime
    square: datetime | None
    gsm: NetworkReport | None
    wifi: NetworkReport | None
    freshness: Freshness | None

    def explain(self, locale: str = "nl", zone: tzinfo | None = None) -> str:
        """Why the square is as old as it is, in sentences for the customer; empty without one.

        Args:
            locale: nl or en.
            zone: the customer's time zone; None: this computer's.
        """
        if self.freshness is None:
            return ""
        return explain_freshness(self.freshness, self.heard.astimezone(zone), Locale(locale))


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The service has recorded an act.

    Attributes:
        receipt: what the service signed to prove it, to be kept; None where it signs nothing.
    """

    recorded_at: datetime
    receipt: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the service signed to prove an act of this device's, told at once or later.

    Attributes:
        receipt: a JWS, to be kept by the customer; ``nabij verify`` checks it without the service.
    """

    act_id: UUID
    kind: EventKind
    recorded_at: datetime
    receipt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal, in effect on this device from the moment it was made.

    Attributes:
        told_server: whether the service confirmed. Where it did not, the withdrawal is kept and
            sent before anything else by the next call.
        recorded_at: when the service recorded it; None until then.
        erased: how many stored statuses the service erased, by signal.
        devices: this customer's devices as of then, and which have stopped.
        receipt: what the service signed to prove it; None where it did not.
    """

    told_server: bool
    recorded_at: datetime | None
    erased: Mapping[Signal, int]
    devices: Devices = field(default_factory=Devices)
    receipt: str | None = field(default=None, repr=False)

    @property
    def stopped_on(self) -> str:
        """On how many devices it has stopped, in English; ask ``client.devices()`` again later."""
        return self.devices.stopped_on


class CatalogueOutcome(StrEnum):
    """How the last look for a newer catalogue ended; whatever it is, the one that is held counts.

    CURRENT: the service has this one.
    NOT_REACHABLE: no answer came, or it broke off.
    UNAVAILABLE: the service could not answer.
    DAMAGED: what came was not whole, or not what its digest says.
    OLDER: the service offered an older one.
    NO_ROOM: a newer one could not be written; it counts only where nothing else was held.
    """

    CURRENT = "current"
    NOT_REACHABLE = "not-reachable"
    UNAVAILABLE = "unavailable"
    DAMAGED = "damaged"
    OLDER = "older"
    NO_ROOM = "no-room"


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """The catalogue that this device ranks.

    Attributes:
        version: a later one has a larger number.
        changed_at: when the service published it.
        checked_at: when the service last said that it is the current one.
        outcome: how the last look for a newer one ended.
    """

    version: int
    changed_at: datetime
    checked_at: datetime
    outcome: CatalogueOutcome


@dataclass(frozen=True, slots=True)
class Place:
    """A town or village that a customer can type, and the square of its centre."""

    name: str
    region: str
    country: str
    cell: Cell
    population: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A community energy source of the public catalogue, or those of neighbours in one square.

    Attributes:
        name: None for private persons, and where its register does not say: see `label`.
        language: of name and story, as a tag of BCP 47; None where it is unknown.
        owner_kind: `person` for private persons.
        capacity_kw: peak power in kilowatts; None for private persons, and where it is unknown.
        capacity_band_kw: the least and the most that each private person's has; the most is None
            without a limit.
        count: how many it stands for: private persons' in one square are one source.
        register: where it comes from.
        made_up: whether it only exists in a demonstration.
        located: whether `position` is the site itself or the centre of a square around it.
        position: WGS 84.
    """

    id: str
    name: str | None
    technology: str
    owner_kind: str
    capacity_kw: float | None
    capacity_band_kw: tuple[float, float | None] | None
    count: int
    story: str | None
    register: str | None
    licence: str
    made_up: bool
    located: Literal["site", "cell"]
    position: Position
    language: str | None = None

    def label(self, locale: str = "nl") -> str:
        """Return what to call it in ``locale`` (nl or en): its name, or what and whose it is."""
        if self.name is not None:
            return self.name
        return source_label(self.technology, self.owner_kind, self.count, Locale(locale))


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbySource(Source):
    """A source and its geodesic distance in metres from this device, worked out here.

    The distance is not printed: three of them would tell the position.
    """

    distance_m: float = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAround(Source):
    """A source and how far, at least and at most, it is from a place somewhere in a square."""

    distance_m: DistanceInterval = field(repr=False)

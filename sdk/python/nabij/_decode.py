"""Reads the service's JSON. Members that this version does not know are passed over.

Every reader but ``read_problem`` raises KeyError, TypeError or ValueError where the JSON is not
what it must be; ``understand`` turns these into one typed error.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias, cast
from uuid import UUID

from nabij._gate import DeviceReason, Known, RefusalReason
from nabij._values import (
    Confirmation,
    CustomersDevice,
    Devices,
    DeviceState,
    DeviceStatus,
    Place,
    Problem,
    ShownNotice,
)
from nabij_consent import (
    EventKind,
    Freshness,
    Grant,
    Locale,
    NetworkReport,
    Purpose,
    Reason,
    Signal,
    notice_digest,
    read_notice,
)
from nabij_geo import EVERYWHERE, RESOLUTIONS_M, Cell, Resolution

Members: TypeAlias = Mapping[str, object]

_PROBLEM_TYPE: Final = re.compile(r"/problems/[a-z0-9-]{1,60}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_CATALOGUE_PATH: Final = re.compile(r"/v1/catalogue/[0-9]{1,20}/[A-Za-z0-9]{1,60}")
_SIGNALS: Final = frozenset(Signal)
_REASONS: Final = frozenset(Reason)


@dataclass(frozen=True, slots=True)
class Consents:
    """What is permitted, and the version of the notice that is current.

    ``as_of`` is the number of the last act that counts here; 0 before the first.
    Nothing is permitted under another notice, so that is the version of every grant, too.
    """

    notice_version: int
    as_of: int
    known: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the service says of an act: when it took effect, and with what result."""

    recorded_at: datetime
    erased: Mapping[Signal, int]
    devices: Devices
    receipt: str | None = field(repr=False)
    consents: Consents

    @property
    def confirmation(self) -> Confirmation:
        """What the app is told."""
        return Confirmation(self.recorded_at, self.receipt)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Which reports the service keeps, and why it refuses the others (a problem type).

    Attributes:
        notice_version: of the notice that was current then; None: the service does not tell.
        as_of: number of the customer's last act then; None: the service does not tell.
    """

    accepted: frozenset[str]
    refused: Mapping[str, str]
    notice_version: int | None = None
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A place, and what else it is called."""

    place: Place
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the catalogue: where it is, and what its content must be."""

    region: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version of the catalogue consists of, by region."""

    version: int
    changed_at: datetime
    files: Mapping[str, FileEntry]


def read_problem(status: int, body: object) -> Problem:
    """Return the problem that a failure describes, as far as it does."""
    members: Members = cast("Members", body) if isinstance(body, dict) else {}
    kind, title = members.get("type"), members.get("title")
    return Problem(
        type=kind if isinstance(kind, str) and _PROBLEM_TYPE.fullmatch(kind) else "about:blank",
        title=title if isinstance(title, str) else "",
        status=status,
    )


def read_shown_notice(body: object) -> ShownNotice:
    """Return a notice whose digest is its own."""
    members = _members(body)
    notice = read_notice(members["notice"])
    digest = notice_digest(notice)
    if members["digest"] != digest:
        raise ValueError("The notice is not the one that its digest names.")
    locale = Locale(_text(members["locale"]))
    return ShownNotice(notice, locale, digest, _optional_text(members.get("nonce")))


def read_superseding_notice(body: object) -> ShownNotice:
    """Return the current notice inside the problem that says that another one is not."""
    return read_shown_notice(_members(body)["current"])


def read_consents(body: object) -> Consents:
    """Return what is permitted, passing over signals that this version does not know."""
    members = _members(body)
    version = _integer(members["notice_version"])
    each = [_members(item) for item in _items(members["permissions"])]
    known = tuple(_known(item, version) for item in each if item["signal"] in _SIGNALS)
    return Consents(version, _integer(members["as_of"]), known)


def read_recorded(body: object) -> Recorded:
    """Return when an act was recorded, what it erased, and what is permitted after it."""
    members = _members(body)
    erased = _members(members["erased"])
    return Recorded(
        recorded_at=_instant(members["recorded_at"]),
        erased={each: _integer(erased.get(f"{each}_status", 0)) for each in Signal},
        devices=read_devices(body),
        receipt=_optional_text(members.get("receipt")),
        consents=read_consents(body),
    )


def read_devices(body: object) -> Devices:
    """Return the customer's devices, in the service's order."""
    return Devices(_device(_members(each)) for each in _items(_members(body)["devices"]))


def read_receipts(body: object) -> Receipts:
    """Return what became of the reports, by id."""
    members = _members(body)
    refused = [_members(item) for item in _items(members["refused"])]
    return Receipts(
        accepted=frozenset(_text(each) for each in _items(members["accepted"])),
        refused={_text(each["id"]): _text(each["type"]) for each in refused},
        notice_version=_optional_integer(members.get("notice_version")),
        as_of=_optional_integer(members.get("as_of")),
    )


def read_manifest(body: object) -> Manifest:
    """Return what the current version of the catalogue consists of."""
    members = _members(body)
    files = [_file_entry(_members(each)) for each in _items(members["files"])]
    return Manifest(
        version=_integer(members["version"]),
        changed_at=_instant(members["changed_at"]),
        files={each.region: each for each in files},
    )


def read_own_cells(body: object) -> tuple[Cell, ...]:
    """Return the squares that the service knows this customer by, the newest first."""
    members = _members(body)
    codes = (members["cell"], *_items(members.get("others", [])))
    return tuple(Cell.parse(_text(each)) for each in codes)


def read_statuses(body: object) -> tuple[DeviceStatus, ...]:
    """Return when each of this customer's devices was heard last, in the service's order."""
    return tuple(_status(_members(each)) for each in _items(_members(body)["devices"]))


def read_places(body: object) -> tuple[Named, ...]:
    """Return every place, in the service's order."""
    return tuple(_named(_members(each)) for each in _items(_members(body)["places"]))


def _device(members: Members) -> CustomersDevice:
    return CustomersDevice(
        id=UUID(_text(members["id"])),
        platform=_text(members["platform"]),
        state=DeviceState(_text(members["state"])),
    )


def _status(members: Members) -> DeviceStatus:
    square, freshness = members["square"], members["freshness"]
    return DeviceStatus(
        id=UUID(_text(members["id"])),
        platform=_text(members["platform"]),
        heard=_instant(members["heard"]),
        square=None if square is None else _instant(square),
        gsm=_network(members["gsm"]),
        wifi=_network(members["wifi"]),
        freshness=None if freshness is None else _freshness(_text(freshness)),
    )


def _network(value: object) -> NetworkReport | None:
    if value is None:
        return None
    members = _members(value)
    return NetworkReport(_instant(members["hour"]), members["connected"] is True)


def _freshness(text: str) -> Freshness:
    return Freshness(text) if text in frozenset(Freshness) else Freshness.UNKNOWN


def _known(members: Members, notice_version: int) -> Known:
    purpose, signal = Purpose(_text(members["purpose"])), Signal(_text(members["signal"]))
    latest = members["latest"]
    allowed = members["allowed"] is True
    return Known(
        purpose=purpose,
        signal=signal,
        latest=None if latest is None else EventKind(_text(latest)),
        grant=_grant(purpose, signal, members, notice_version) if allowed else None,
        objections=() if allowed else tuple(_objections(members)),
    )


def _grant(purpose: Purpose, signal: Signal, members: Members, notice_version: int) -> Grant:
    return Grant(
        purpose=purpose,
        signal=signal,
        epoch=_integer(members["epoch"]),
        resolution_m=_resolution_m(members["resolution_m"]),
        notice_version=notice_version,
        granted_at=_instant(members["granted_at"]),
        expires_at=_instant(members["expires_at"]),
    )


def _resolution_m(value: object) -> Resolution | None:
    if value is None:
        return None
    return RESOLUTIONS_M[RESOLUTIONS_M.index(cast("Resolution", _integer(value)))]


def _objections(members: Members) -> Iterator[RefusalReason]:
    reasons = [_text(each) for each in _items(members["reasons"])]
    known = [Reason(each) for each in reasons if each in _REASONS]
    yield from known or (DeviceReason.SERVICE_REFUSES,)


def _file_entry(members: Members) -> FileEntry:
    region, path = _text(members["region"]), _text(members["path"])
    sha256 = _text(members["sha256"])
    is_region = region == EVERYWHERE or Cell.parse(region).resolution_m == RESOLUTIONS_M[-1]
    if not (is_region and _SHA256.fullmatch(sha256) and _CATALOGUE_PATH.fullmatch(path)):
        raise ValueError("A file of the catalogue has a region, an address and a digest.")
    return FileEntry(region, path, _integer(members["bytes"]), sha256)


def _named(members: Members) -> Named:
    place = Place(
        name=_text(members["name"]),
        region=_optional_text(members["region"]) or "",
        country=_text(members["country"]),
        cell=Cell.parse(_text(members["cell"])),
        population=_integer(members["population"]),
    )
    return Named(place, tuple(_text(each) for each in _items(members["other_names"])))


def _members(value: object) -> Members:
    if not isinstance(value, dict):
        raise TypeError("Expected an object.")
    return cast("Members", value)


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("Expected a list.")
    return cast("list[object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("Expected text.")
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _optional_integer(value: object) -> int | None:
    return None if value is None else _integer(value)


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("Expected a whole number.")
    return value


def _instant(value: object) -> datetime:
    instant = datetime.fromisoformat(_text(value))
    if instant.utcoffset() is None:
        raise ValueError("Expected a time with its zone.")
    return instant

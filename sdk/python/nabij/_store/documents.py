"""What the store holds as text, and back. What it did not write itself raises ValueError or so."""

import json
from datetime import datetime
from typing import cast
from uuid import UUID

from nabij._acts import Act, Answering, Withdrawing
from nabij._gate import DeviceReason, Known, RefusalReason
from nabij._queue import Row, Status, status_document
from nabij.sensors import GsmState, WifiState
from nabij_consent import (
    EventKind,
    Grant,
    Json,
    Locale,
    Notice,
    Purpose,
    Reason,
    Signal,
    notice_document,
    read_notice,
)
from nabij_geo import Cell

Values = tuple[str | int | None, ...]


def written(document: object) -> str:
    """Return one line of JSON."""
    return json.dumps(document, separators=(",", ":"))


def notice_text(notice: Notice | None) -> str | None:
    """Return a notice."""
    return None if notice is None else written(notice_document(notice))


def notice_of(text: str | None) -> Notice | None:
    """Return the notice that was written."""
    return None if text is None else read_notice(json.loads(text))


def answer_values(known: Known) -> Values:
    """Return a row of ``answer``."""
    latest = None if known.latest is None else known.latest.value
    return (known.purpose.slug, known.signal.value, latest, written(known.objections))


def grant_values(grant: Grant) -> Values:
    """Return a row of ``live_grant``."""
    return (
        grant.purpose.slug,
        grant.signal.value,
        grant.epoch,
        grant.resolution_m,
        grant.notice_version,
        grant.granted_at.isoformat(),
        grant.expires_at.isoformat(),
    )


def known_of(row: tuple[str, ...]) -> Known:
    """Return what a row of ``answer``, joined with ``live_grant``, tells."""
    slug, name, latest, objections, *grant = row
    purpose, signal = Purpose(slug), Signal(name)
    return Known(
        purpose,
        signal,
        EventKind(latest) if latest else None,
        _grant_of(purpose, signal, grant) if all(grant[2:]) else None,
        tuple(_reason(each) for each in json.loads(objections)),
    )


def _grant_of(purpose: Purpose, signal: Signal, values: list[str]) -> Grant:
    epoch, resolution_m, notice_version, granted_at, expires_at = values
    return Grant(
        purpose,
        signal,
        cast("int", epoch),
        cast("None", resolution_m),
        cast("int", notice_version),
        datetime.fromisoformat(granted_at),
        datetime.fromisoformat(expires_at),
    )


def _reason(text: str) -> RefusalReason:
    return Reason(text) if text in frozenset(Reason) else DeviceReason(text)


def status_text(status: Status) -> str:
    """Return what a row of ``waiting`` tells of its signal."""
    return written(status_document(status))


def row_values(row: Row) -> Values:
    """Return a row of ``waiting`` or ``reported``, but for when it is due."""
    return (
        str(row.id),
        row.purpose.slug,
        row.signal.value,
        row.epoch,
        row.hour.isoformat(),
        status_text(row.status),
    )


def status_of(signal: Signal, text: str) -> Status:
    """Return the status that was written."""
    members = json.loads(text)
    match signal:
        case Signal.GPS:
            return Cell.parse(members["cell"])
        case Signal.GSM:
            return GsmState(members["connected"])
        case Signal.WIFI:
            return WifiState(members["connected"])


def act_document(act: Act) -> dict[str, Json]:
    """Return an act that has yet to be told."""
    common: dict[str, Json] = {
        "id": str(act.id),
        "kind": act.kind.value,
        "purpose": act.purpose and act.purpose.slug,
        "signals": [each.value for each in act.signals],
        "occurred_at": act.occurred_at.isoformat(),
    }
    if isinstance(act, Withdrawing):
        return common
    answering: dict[str, Json] = {
        "notice_version": act.notice_version,
        "locale": act.locale.value,
        "nonce": act.nonce,
        "platform": act.platform,
    }
    return common | answering


def act_of(document: object) -> Act:
    """Return the act that was written."""
    each = cast("dict[str, str]", document)
    act_id, occurred_at = UUID(each["id"]), datetime.fromisoformat(each["occurred_at"])
    signals = tuple(Signal(name) for name in each["signals"])
    purpose = Purpose(each["purpose"]) if each["purpose"] else None
    kind = EventKind(each["kind"])
    if purpose is None or kind is EventKind.WITHDRAWN:
        return Withdrawing(act_id, purpose, signals, occurred_at)
    return Answering(
        act_id,
        kind,
        purpose,
        signals,
        cast("int", each["notice_version"]),
        Locale(each["locale"]),
        each["nonce"],
        occurred_at,
        cast("None", each["platform"]) or "other",
    )


def parsed(text: str) -> object:
    """Return the document that ``written`` wrote."""
    return json.loads(text)

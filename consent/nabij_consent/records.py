"""Receipts: what the customer keeps as proof of an act, readable by people and by programs.

A consent receipt is a consent record of ISO/IEC TS 27560:2023 as JSON-LD, with the terms that the
W3C community group's guide "Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV"
gives for its fields; terms that DPV lacks are ours (``nabij:``). Its sections:

- metadata (6.3.3): schema version, identifier, who issued it, the person as a pseudonym;
- processing (6.3.4, 6.3.5): notice, purposes, legal basis, personal data with their retention,
  withdrawal method, rights;
- parties (6.3.6): controller and recipients;
- event (6.3.7): when, what, for how long, how it was indicated.

Rules:

1. a receipt holds the event as the log committed to it, the salt, and the notice as shown, so that
   its holder can compute the leaf without anybody's help;
2. it names the log, and promises the leaf a place there within ``MERGE_DELAY`` of the recording, as
   a signed certificate timestamp does (RFC 9162 §4.8). Receipts of version 0.1 promised nothing;
3. everything else in it follows from these: a receipt of which one word was changed is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.documents import notice_digest, notice_document, read_notice
from nabij_consent.errors import InvalidReceipt
from nabij_consent.events import EventKind, RecordedEvent, read_recorded_event
from nabij_consent.notices import Locale, Notice, NoticePurpose, NoticeSignal, Recipient, Texts
from nabij_consent.reading import members, text
from nabij_consent.signals import Signal

RECEIPT_CONTEXT: Mapping[str, Json] = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "pd": "https://w3id.org/dpv/pd#",
    "nabij": "urn:nabij:",
    "dct:conformsTo": {"@type": "@id"},
    "dpv:hasLegalBasis": {"@type": "@id"},
    "dpv:hasProcessing": {"@type": "@id"},
    "dpv:hasRight": {"@type": "@id"},
    "dct:title": {"@container": "@language"},
    "dct:description": {"@container": "@language"},
    "nabij:why": {"@container": "@language"},
    "nabij:event": {"@type": "@json"},
    "nabij:notice": {"@type": "@json"},
    "nabij:erasedRows": {"@type": "@json"},
}
"""What the terms of a receipt mean; held here, so that reading one needs no network."""

MERGE_DELAY = timedelta(days=1)
"""How long an act may wait for its place in the log (MMD of RFC 9162 §4.1)."""

_STATUS = {
    EventKind.GRANTED: "dpv:ConsentGiven",
    EventKind.REFUSED: "dpv:ConsentRefused",
    EventKind.DEFERRED: "dpv:ConsentRequestDeferred",
    EventKind.WITHDRAWN: "dpv:ConsentWithdrawn",
    EventKind.EXPIRED: "dpv:ConsentExpired",
}
_PERSONAL_DATA = {
    Signal.GPS: ("pd:Location", "nabij:GridCell"),
    Signal.GSM: ("dpv:PersonalData", "nabij:MobileNetworkStatus"),
    Signal.WIFI: ("dpv:PersonalData", "nabij:WifiStatus"),
}
# Withdrawal, access, erasure, restriction, portability, complaint.
_RIGHTS = tuple(f"eu-gdpr:{article}" for article in ("A7-3", "A15", "A17", "A18", "A20", "A77"))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that agrees with itself; ``leaf_hash`` is its place in the log.

    ``issuer`` is a URL; ``log_id`` is None in a receipt of version 0.1, which names no log.
    """

    recorded: RecordedEvent
    notice: Notice = field(repr=False)
    salt: bytes = field(repr=False)
    issuer: str
    log_id: UUID | None

    @property
    def leaf_hash(self) -> bytes:
        """The leaf, derived from event and salt; 32 bytes."""
        return self.recorded.leaf_hash(self.salt)

    @property
    def logged_by(self) -> datetime | None:
        """Until when the leaf must have its place, in UTC; None where nothing was promised."""
        return None if self.log_id is None else self.recorded.recorded_at + MERGE_DELAY


def consent_receipt(
    recorded: RecordedEvent, notice: Notice, salt: bytes, issuer: str, log_id: UUID | None
) -> dict[str, Json]:
    """Return the receipt of an act under ``notice``, issued by the service at the URL ``issuer``.

    ``log_id`` names the log in which the act gets its place; None writes the form of version 0.1.

    Raises:
        InvalidReceipt: the event names another notice.
        InvalidEvent: the salt has another length.
    """
    if notice_digest(notice) != recorded.notice_digest:
        raise InvalidReceipt("Give the notice whose digest the event names.")
    return {
        **_metadata(recorded, issuer),
        **_processing(recorded, notice),
        **_parties(notice),
        **_event(recorded, notice),
        **({} if log_id is None else _promise(log_id)),
        "nabij:event": recorded.to_document(),
        "nabij:notice": notice_document(notice),
        "nabij:salt": salt.hex(),
        "nabij:leafHash": recorded.leaf_hash(salt).hex(),
    }


def read_receipt(document: object) -> Receipt:
    """Return the receipt that ``document`` (parsed JSON) is, every word of it checked.

    Raises:
        InvalidReceipt: the document is incomplete, or one of its claims is not what event, notice
            and salt say.
    """
    try:
        receipt = _receipt(members(document))
        same = canonical_json(cast("Json", document)) == canonical_json(_written(receipt))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InvalidReceipt("This is not a whole receipt; ask whoever issued it again.") from error
    if not same:
        raise InvalidReceipt(
            "The receipt claims what the log did not commit to; ask whoever issued it again."
        )
    return receipt


def _receipt(parts: Mapping[str, object]) -> Receipt:
    return Receipt(
        recorded=read_recorded_event(parts["nabij:event"]),
        notice=read_notice(parts["nabij:notice"]),
        salt=bytes.fromhex(text(parts["nabij:salt"])),
        issuer=text(parts["dct:publisher"]),
        log_id=UUID(text(parts["nabij:log"])) if "nabij:log" in parts else None,
    )


def _written(receipt: Receipt) -> dict[str, Json]:
    return consent_receipt(
        receipt.recorded, receipt.notice, receipt.salt, receipt.issuer, receipt.log_id
    )


def _metadata(recorded: RecordedEvent, issuer: str) -> dict[str, Json]:
    return {
        "@context": RECEIPT_CONTEXT,
        "@id": recorded.act.event_id.urn,
        "@type": ["dpv:ConsentReceipt", "dpv:ConsentRecord"],
        "dct:conformsTo": "dpv-27560:receipt-eu-gdpr",
        "dct:identifier": str(recorded.act.event_id),
        "dct:publisher": issuer,
        "dct:created": recorded.recorded_at.isoformat(timespec="milliseconds"),
        "dpv:hasDataSubject": {
            "@type": "dpv:DataSubject",
            "dct:identifier": str(recorded.subject_id),
        },
    }


def _processing(recorded: RecordedEvent, notice: Notice) -> dict[str, Json]:
    processes = (_process(recorded, each) for each in notice.purposes)
    return {
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "dct:identifier": recorded.notice_digest,
            "dct:title": _tagged(notice.title),
            "dct:language": [locale.value for locale in Locale],
            "nabij:version": notice.version,
        },
        "dpv:hasProcess": [process for process in processes if process is not None],
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dct:description": _tagged(notice.withdrawal),
        },
        "dpv:hasRight": _RIGHTS,
    }


def _process(recorded: RecordedEvent, part: NoticePurpose) -> dict[str, Json] | None:
    concerned = [
        terms for terms in part.signals if recorded.act.concerns(part.purpose, terms.signal)
    ]
    if not concerned:
        return None
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@type": "dpv:Purpose",
            "dct:identifier": part.purpose.slug,
            "dct:title": _tagged(part.title),
        },
        "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
        "dpv:hasProcessing": ["dpv:Collect", "dpv:Store"],
        "dpv:hasPersonalData": [_personal_data(terms) for terms in concerned],
    }


def _personal_data(terms: NoticeSignal) -> dict[str, Json]:
    return {
        "@type": _PERSONAL_DATA[terms.signal],
        "dct:identifier": terms.signal.value,
        "dct:description": _tagged(terms.reads),
        "nabij:why": _tagged(terms.why),
        "nabij:resolution_m": terms.resolution_m,
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": _duration(terms.retention_days),
        },
    }


def _parties(notice: Notice) -> dict[str, Json]:
    controller = notice.controller
    return {
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "dpv:hasName": controller.name,
            "dpv:hasAddress": controller.address,
            "dpv:hasContact": [controller.email, controller.privacy_officer_email],
        },
        "dpv:hasRecipient": [_recipient(each) for each in notice.recipients],
    }


def _recipient(recipient: Recipient) -> dict[str, Json]:
    return {
        "@type": "dpv:DataProcessor" if recipient.processor else "dpv:Recipient",
        "dpv:hasName": recipient.name,
        "dpv:hasAddress": recipient.country,
        "dct:description": _tagged(recipient.role),
    }


def _event(recorded: RecordedEvent, notice: Notice) -> dict[str, Json]:
    act = recorded.act
    status: dict[str, Json] = {
        "@type": _STATUS[act.kind],
        "dct:date": act.occurred_at.isoformat(timespec="milliseconds"),
        "dpv:hasIndicationMethod": recorded.method.value,
    }
    if act.kind is EventKind.GRANTED:
        status["dct:valid"] = _duration(notice.grant_days)
    return {"dpv:hasConsentStatus": status}


def _promise(log_id: UUID) -> dict[str, Json]:
    return {"nabij:log": log_id.urn, "nabij:mergeDelay": _duration(MERGE_DELAY.days)}


def _tagged(texts: Texts) -> dict[str, Json]:
    return {locale.value: each for locale, each in texts.items()}


def _duration(days: int) -> str:
    return f"P{days}D"  # ISO 8601

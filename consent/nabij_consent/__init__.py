"""Consent as values: notices, acts, grants, and the decision that permits.

Pure: values and ``now`` go in, values come out; no clock, no file, no network. Begin with
``decide``, whose module lists the rules; the other modules hold what it looks at.
"""

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.decide import (
    RULES,
    Allowed,
    Decision,
    Evidence,
    Reason,
    Refused,
    Rule,
    decide,
)
from nabij_consent.documents import notice_digest, notice_document, read_notice
from nabij_consent.errors import ConsentError, InvalidEvent, InvalidGrant, InvalidNotice
from nabij_consent.events import (
    ENDS_EVERY_PURPOSE,
    SALT_BYTES,
    ConsentEvent,
    EventKind,
    Method,
    latest,
)
from nabij_consent.grants import Grant
from nabij_consent.notices import Locale, Notice, NoticePurpose, NoticeSignal, Texts
from nabij_consent.signals import NEARBY_SOURCES, Purpose, Signal

__all__ = [
    "ENDS_EVERY_PURPOSE",
    "NEARBY_SOURCES",
    "RULES",
    "SALT_BYTES",
    "Allowed",
    "ConsentError",
    "ConsentEvent",
    "Decision",
    "EventKind",
    "Evidence",
    "Grant",
    "InvalidEvent",
    "InvalidGrant",
    "InvalidNotice",
    "Json",
    "Locale",
    "Method",
    "Notice",
    "NoticePurpose",
    "NoticeSignal",
    "Purpose",
    "Reason",
    "Refused",
    "Rule",
    "Signal",
    "Texts",
    "canonical_json",
    "decide",
    "latest",
    "notice_digest",
    "notice_document",
    "read_notice",
]

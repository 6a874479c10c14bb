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
from nabij_consent.errors import (
    ConsentError,
    InvalidEvent,
    InvalidGrant,
    InvalidNotice,
    InvalidProof,
    InvalidReceipt,
)
from nabij_consent.events import (
    ENDS_EVERY_PURPOSE,
    SALT_BYTES,
    ConsentEvent,
    EventKind,
    Method,
    latest,
)
from nabij_consent.grants import Grant
from nabij_consent.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    LARGEST_TREE,
    Frontier,
    Node,
    consistency_nodes,
    consistency_proof,
    frontier,
    inclusion_nodes,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    node_hash,
    root_nodes,
    verify_consistency,
    verify_inclusion,
)
from nabij_consent.notices import (
    Controller,
    Locale,
    Notice,
    NoticePurpose,
    NoticeRetention,
    NoticeSignal,
    Recipient,
    Texts,
)
from nabij_consent.signals import NEARBY_SOURCES, Purpose, Signal
from nabij_consent.versions import has_other_terms, next_version

__all__ = [
    "EMPTY_ROOT",
    "ENDS_EVERY_PURPOSE",
    "HASH_BYTES",
    "LARGEST_TREE",
    "NEARBY_SOURCES",
    "RULES",
    "SALT_BYTES",
    "Allowed",
    "ConsentError",
    "ConsentEvent",
    "Controller",
    "Decision",
    "EventKind",
    "Evidence",
    "Frontier",
    "Grant",
    "InvalidEvent",
    "InvalidGrant",
    "InvalidNotice",
    "InvalidProof",
    "InvalidReceipt",
    "Json",
    "Locale",
    "Method",
    "Node",
    "Notice",
    "NoticePurpose",
    "NoticeRetention",
    "NoticeSignal",
    "Purpose",
    "Reason",
    "Recipient",
    "Refused",
    "Rule",
    "Signal",
    "Texts",
    "canonical_json",
    "consistency_nodes",
    "consistency_proof",
    "decide",
    "frontier",
    "has_other_terms",
    "inclusion_nodes",
    "inclusion_proof",
    "latest",
    "leaf_hash",
    "merkle_root",
    "next_version",
    "node_hash",
    "notice_digest",
    "notice_document",
    "read_notice",
    "root_nodes",
    "verify_consistency",
    "verify_inclusion",
]

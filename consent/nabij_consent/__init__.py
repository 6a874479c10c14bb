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
from nabij_consent.events import ENDS_EVERY_PURPOSE, SALT_BYTES, ConsentEvent, EventKind, latest
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
from nabij_consent.notices import Locale, Notice, NoticePurpose, NoticeSignal, Texts
from nabij_consent.signals import NEARBY_SOURCES, Purpose, Signal

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
    "Node",
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
    "consistency_nodes",
    "consistency_proof",
    "decide",
    "frontier",
    "inclusion_nodes",
    "inclusion_proof",
    "latest",
    "leaf_hash",
    "merkle_root",
    "node_hash",
    "notice_digest",
    "notice_document",
    "read_notice",
    "root_nodes",
    "verify_consistency",
    "verify_inclusion",
]

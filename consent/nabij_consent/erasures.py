"""Receipts of erasures: what somebody keeps as proof that their account is gone.

Rules:

1. it names the person by a pseudonym of 32 bytes, which says who to nobody;
2. it says when, in UTC and to the millisecond, how many rows went by table, which log the person's
   acts stand in, and how long that was then: the leaves stay, and mean nothing without their salts.
   Receipts of version 0.1 named no log;
3. it has these members and no others, written in one way: a receipt of which one member is missing
   or more is refused. What each of them says is vouched for by the signature around it alone, for
   what could show it otherwise is gone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.errors import InvalidReceipt
from nabij_consent.merkle import LARGEST_TREE
from nabij_consent.reading import integer, members, text
from nabij_consent.records import RECEIPT_CONTEXT

_PSEUDONYM = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TABLE = re.compile(r"[a-z]+(?:_[a-z]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """That an account was erased; ``rows`` counts by table, ``log_id`` is None in version 0.1.

    Raises:
        InvalidReceipt: a rule of the module's list is broken.
    """

    pseudonym: bytes = field(repr=False)
    erased_at: datetime
    rows: Mapping[str, int]
    tree_size: int
    issuer: str
    log_id: UUID | None


def erasure_document(receipt: ErasureReceipt) -> dict[str, Json]:
    """Return what the receipt of an erasure says (GDPR, Articles 5(2) and 17)."""
    pseudonym = receipt.pseudonym.hex()
    return {
        "@context": RECEIPT_CONTEXT,
        "@type": "nabij:ErasureReceipt",
        "dct:publisher": receipt.issuer,
        "dct:date": receipt.erased_at.isoformat(timespec="milliseconds"),
        "dpv:hasRight": ["eu-gdpr:A17"],
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:identifier": pseudonym},
        "nabij:erasedRows": dict(receipt.rows),
        "nabij:treeSize": receipt.tree_size,
        **({} if receipt.log_id is None else {"nabij:log": receipt.log_id.urn}),
    }


def read_erasure(document: object) -> ErasureReceipt:
    """Return the receipt of an erasure that ``document`` (parsed JSON) is.

    Raises:
        InvalidReceipt: a rule of the module's list is broken.
    """
    try:
        receipt = _receipt(members(document))
        written = erasure_document(receipt)
        same = canonical_json(cast("Json", document)) == canonical_json(written)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InvalidReceipt("This is not a whole receipt of an erasure.") from error
    if not same:
        raise InvalidReceipt("The receipt is not written as receipts of erasures are.")
    return receipt


def _receipt(parts: Mapping[str, object]) -> ErasureReceipt:
    person = members(parts["dpv:hasDataSubject"])
    rows = members(parts["nabij:erasedRows"])
    receipt = ErasureReceipt(
        pseudonym=bytes.fromhex(_matching(_PSEUDONYM, person["dct:identifier"])),
        erased_at=datetime.fromisoformat(text(parts["dct:date"])),
        rows={_matching(_TABLE, table): _count(number) for table, number in rows.items()},
        tree_size=_count(parts["nabij:treeSize"]),
        issuer=text(parts["dct:publisher"]),
        log_id=UUID(text(parts["nabij:log"])) if "nabij:log" in parts else None,
    )
    if receipt.erased_at.utcoffset() != timedelta(0):
        raise InvalidReceipt("An erasure happens at a time in UTC.")
    return receipt


def _matching(pattern: re.Pattern[str], value: object) -> str:
    found = text(value)
    if not pattern.fullmatch(found):
        raise InvalidReceipt("A name or a pseudonym is not written as such.")
    return found


def _count(value: object) -> int:
    number = integer(value)
    if not 0 <= number <= LARGEST_TREE:
        raise InvalidReceipt("A count is a whole number from 0.")
    return number

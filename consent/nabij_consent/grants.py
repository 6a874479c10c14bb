"""A grant: the live result of an explicit yes, for one signal of one purpose."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nabij_consent.errors import InvalidGrant
from nabij_consent.signals import Purpose, Signal
from nabij_geo import Resolution

# What every reader of JSON takes for the same number (RFC 8259, section 6).
_EPOCH_BITS: Final = 53
_EPOCH_BYTES: Final = 7


def epoch_of(leaf_hash: bytes) -> int:
    """Return the epoch of the grants that an act begins, from the hash of its leaf (32 bytes).

    Leaves are salted. So an epoch never comes again: not after an erasure, not where acts were lost
    in a restore, and not for somebody else.
    """
    return max(1, int.from_bytes(leaf_hash[:_EPOCH_BYTES]) >> (8 * _EPOCH_BYTES - _EPOCH_BITS))


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to report ``signal`` for ``purpose`` until ``expires_at``.

    ``epoch`` tells a grant from every other: a report names the epoch under which it was collected,
    so that what was collected under an earlier grant cannot slip in under a later one.
    ``resolution_m`` is the finest square that may leave the phone; only ``gps`` has one.

    Raises:
        InvalidGrant: no epoch from 1 to 2**53 - 1, an expiry that is not after the grant, or a
            resolution where none belongs.
    """

    purpose: Purpose
    signal: Signal
    epoch: int
    resolution_m: Resolution | None
    notice_version: int
    granted_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        if not 1 <= self.epoch < 2**_EPOCH_BITS:
            raise InvalidGrant("An epoch is a number from 1 to 2**53 - 1.")
        if self.expires_at <= self.granted_at:
            raise InvalidGrant("A grant expires after it was given.")
        if (self.signal is Signal.GPS) != (self.resolution_m is not None):
            raise InvalidGrant("A gps grant has a resolution; the other signals have none.")

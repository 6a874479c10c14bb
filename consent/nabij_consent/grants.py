"""A grant: the live result of an explicit yes, for one signal of one purpose."""

from dataclasses import dataclass
from datetime import datetime

from nabij_consent.errors import InvalidGrant
from nabij_consent.signals import Purpose, Signal
from nabij_geo import Resolution


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to report ``signal`` for ``purpose`` until ``expires_at``.

    ``epoch`` numbers the grants of one customer: a report names the epoch under which it was
    collected, so that what was collected under an earlier grant cannot slip in under a later one.
    ``resolution_m`` is the finest square that may leave the phone; only ``gps`` has one.

    Raises:
        InvalidGrant: epoch below 1, an expiry that is not after the grant, or a resolution where
            none belongs.
    """

    purpose: Purpose
    signal: Signal
    epoch: int
    resolution_m: Resolution | None
    notice_version: int
    granted_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        if self.epoch < 1:
            raise InvalidGrant("Epochs count from 1.")
        if self.expires_at <= self.granted_at:
            raise InvalidGrant("A grant expires after it was given.")
        if (self.signal is Signal.GPS) != (self.resolution_m is not None):
            raise InvalidGrant("A gps grant has a resolution; the other signals have none.")

"""One round of what an app does over and over: refresh, collect, report.

Rules:

1. the service is asked ``REFRESH_AFTER`` its last confirmation of what is permitted (an accepted
   report is one), ``LEASE`` after it was asked last, and when a signal that there is an adapter for
   is refused for want of its word; else not;
2. an answer that is missing, unreadable or a refusal, as those of captive portals are, is no error
   of a round: it is told in ``Stepped.failure``, and the round goes on under what is permitted
   without an answer;
3. the next round is due when gps has something new to tell, when a report that waits may go, when
   the service is to be asked again, and ``RETRY`` after something failed: after an hour at the
   latest, since the sensors are read hourly, and not within a minute.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from nabij._device import Device
from nabij._errors import NabijError, NotReachable, Rejected, ServiceUnavailable, UnknownAnswer
from nabij._gate import LEASE, DeviceReason, Refused
from nabij._values import Collected, Report, Stepped
from nabij_consent import Purpose

# Half the lease would end before the daily report, which comes up to an hour after its 24 hours.
REFRESH_AFTER: Final = LEASE / 2 + timedelta(hours=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
SHORTEST_PAUSE: Final = timedelta(minutes=1)
RETRY: Final = timedelta(minutes=5)

_WANT_OF_WORD: Final = frozenset({DeviceReason.NOT_KNOWN, DeviceReason.LEASE_OVER})


class Round:
    """What is found out in one round. ``report`` is for the client to fill in."""

    def __init__(self, device: Device, purpose: Purpose) -> None:
        self.report: Report | None = None
        self._device = device
        self._purpose = purpose
        self._failure: NabijError | None = None

    @property
    def asks(self) -> bool:
        """Whether the service is to be asked what is permitted."""
        learned_at, now = self._device.gate.knowledge.learned_at, self._device.now()
        ask_at = self._ask_at()
        if learned_at is None or ask_at is None or not learned_at <= now < ask_at:
            return True
        permissions = (
            self._device.consented(self._purpose, each) for each in self._device.adapters.signals()
        )
        return any(
            isinstance(each, Refused) and _WANT_OF_WORD.intersection(each.reasons)
            for each in permissions
        )

    @contextmanager
    def forgiving(self) -> Generator[None]:
        """Keep why there was no answer to use, and go on."""
        try:
            yield
        except (NotReachable, Rejected, ServiceUnavailable, UnknownAnswer) as error:
            self._failure = error.bare()

    def done(self, collected: Collected) -> Stepped:
        """Return what came of the round, and when the next is due."""
        now, ask_at = self._device.now(), self._ask_at()
        due = [now + LONGEST_PAUSE]
        if collected.look_again_at:
            due.append(collected.look_again_at)
        if self.report and self.report.held and self.report.held.until:
            due.append(self.report.held.until)
        due += [row.due_at for row in self._device.store.rows() if row.due_at]
        if ask_at:
            due.append(ask_at)
        if self._failure or collected.failed:
            due.append(now + RETRY)
        again_at = max(now + SHORTEST_PAUSE, min(due))
        return Stepped(collected, self.report, self._failure, again_at)

    def _ask_at(self) -> datetime | None:
        gate = self._device.gate
        learned_at, asked_at = gate.knowledge.learned_at, gate.asked_at
        if learned_at is None or asked_at is None:
            return None
        return min(learned_at + REFRESH_AFTER, asked_at + LEASE)

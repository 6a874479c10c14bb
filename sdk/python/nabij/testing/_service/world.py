"""All that the service in memory knows: who signed in, what they did, and what there is to see."""

import base64
import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from nabij._values import Place, Source
from nabij.testing._service.bodies import ActBody, BatchBody
from nabij.testing._service.person import Person, RecordedAct
from nabij.testing._service.problems import Refusal
from nabij.testing._service.stream import EventStream, State
from nabij.testing._service.traffic import ReceivedAct, ReceivedStatus
from nabij_consent import Notice, Purpose

ISSUER: Final = "nabij-testing"
_LIFETIME: Final = timedelta(days=1)


class World:
    """The state of the service.

    Attributes:
        lock: to be held by whoever looks or changes.
    """

    def __init__(
        self,
        notice: Notice | None,
        sources: Sequence[Source],
        places: Sequence[Place],
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self._notice: Notice | None = None
        self._asked: set[Purpose] = set()
        if notice is not None:
            self.publish(notice)
        self.sources = tuple(sources)
        self.places = tuple(places)
        self._clock = clock
        self.new_id = new_id
        self.people: dict[str, Person] = {}
        self.statuses: list[ReceivedStatus] = []
        self.acts: list[ReceivedAct] = []
        self.lock = threading.RLock()
        self._streams: list[EventStream] = []
        self._tokens: dict[str, tuple[str, datetime]] = {}

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self._clock().astimezone(UTC)

    @property
    def notice(self) -> Notice:
        """The current notice.

        Raises:
            Refusal: none was published.
        """
        if self._notice is None:
            raise Refusal("no-notice")
        return self._notice

    def publish(self, notice: Notice) -> None:
        """Let this notice be the current one."""
        self._notice = notice
        self._asked.update(each.purpose for each in notice.purposes)

    def person(self, account: str) -> Person:
        """Return what is known of this account."""
        return self.people.setdefault(account, Person())

    def erase(self, account: str) -> None:
        """Know nothing of somebody any longer."""
        self.people.pop(account, None)

    def state(self, account: str) -> State:
        """Return what a listener is told."""
        version = 0 if self._notice is None else self._notice.version
        return len(self.person(account).acts), version

    def issue(self, account: str, lifetime: timedelta = _LIFETIME) -> str:
        """Return a token in the form of a JWT (RFC 7519), signed by nobody.

        Only this service takes it.
        """
        until = self.now + lifetime
        claims = {"iss": ISSUER, "sub": account, "exp": int(until.timestamp())}
        parts = {"alg": "none", "typ": "JWT"}, claims
        token = ".".join(_base64url(json.dumps(each).encode()) for each in parts)
        token = f"{token}.{_base64url(b'signed by nobody')}"
        self._tokens[token] = account, until
        return token

    def account_of(self, token: str) -> str | None:
        """Return the account of ``token``; None where it is not ours, or has expired."""
        account, until = self._tokens.get(token, (None, self.now))
        return account if self.now < until else None

    def show(self, account: str) -> UUID:
        """Show somebody the current notice; returns the nonce of this showing."""
        nonce = self.new_id()
        self.person(account).show(self.notice, nonce, self.now)
        return nonce

    def listen(self, account: str, last_event_id: str) -> EventStream:
        """Return what somebody hears from now on."""
        stream = EventStream(partial(self.state, account), last_event_id)
        self._streams.append(stream)
        return stream

    def cut_streams(self) -> None:
        """Let all who listen hear no more."""
        while self._streams:
            self._streams.pop().cut()

    def do(self, account: str, act: ActBody) -> RecordedAct:
        """Record an act."""
        person = self.person(account)
        before = len(person.acts)
        recorded = person.do(act, self.notice, self._asked, self.now)
        if len(person.acts) > before:
            event = recorded.event
            self.acts.append(ReceivedAct(account, act.device_id, event.kind, event.signals))
        return recorded

    def report(self, account: str, device_id: UUID, batch: BatchBody) -> list[str]:
        """Judge what a device reports."""
        verdicts = self.person(account).report(device_id, batch, self.notice, self.now)
        for each, verdict in zip(batch.reports, verdicts, strict=True):
            self.statuses.append(
                ReceivedStatus(
                    account=account,
                    device_id=device_id,
                    purpose=each.purpose,
                    signal=each.signal,
                    epoch=each.epoch,
                    hour=each.hour,
                    state=each.state,
                    verdict=verdict,
                )
            )
        return verdicts


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")

"""All that this app does with Nabij.

Rules:

1. nothing is read before the customer has agreed, and the operating system asks nothing before
   that either;
2. what the customer left switched off is told as a no, so that nobody asks again at every start;
3. the square is forgotten the moment that its permission ends.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

import nabij
from nabij import DeviceReason, Reason, Signal

HOW_MANY: Final = 5
_TO_BE_ASKED: Final = frozenset(
    {Reason.NEVER_ANSWERED, Reason.DEFERRED, Reason.EXPIRED, Reason.NOTICE_CHANGED}
)


_DENIED: Final = frozenset(
    {DeviceReason.OS_NONE, DeviceReason.OS_UNKNOWN, DeviceReason.UNSUPPORTED}
)


class State(Enum):
    """How a signal stands, as the customer is told."""

    ALLOWED = "allowed"
    DENIED_BY_PHONE = "os_denied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNANSWERED = "unanswered"
    CHANGED = "changed"
    UNKNOWN = "unknown"


_STATES: Final = {
    Reason.NOTICE_CHANGED: State.CHANGED,
    Reason.WITHDRAWN: State.WITHDRAWN,
    Reason.REFUSED: State.REFUSED,
    Reason.EXPIRED: State.EXPIRED,
    Reason.NEVER_ANSWERED: State.UNANSWERED,
    Reason.DEFERRED: State.UNANSWERED,
}


@dataclass(frozen=True, slots=True)
class SignalState:
    """How a signal stands, and until when it is allowed."""

    signal: Signal
    state: State
    until: datetime | None

    @property
    def is_granted(self) -> bool:
        """Whether the customer said yes, whatever the phone gives."""
        return self.state in {State.ALLOWED, State.DENIED_BY_PHONE}


@dataclass(frozen=True, slots=True)
class Found:
    """A source, and how far it is in kilometres: from, to. On the phone itself both are equal.

    ``is_about`` where the source stands for a square: then no distance to it is exact.
    """

    source: nabij.Source
    from_km: float
    to_km: float

    @property
    def is_about(self) -> bool:
        """Whether the distance is to the middle of a square."""
        return self.source.located == "cell"


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a withdrawal did."""

    told: bool
    erased: int
    devices: int
    stopped: int


class Phone:
    """One customer's phone. ``signals`` are those that it can read."""

    def __init__(self, client: nabij.AsyncClient, signals: Sequence[Signal]) -> None:
        self._client = client
        self._square: nabij.Cell | None = None
        self.at_quiet_place = False
        self.signals = signals

    @property
    def square(self) -> nabij.Cell | None:
        """The square that this customer is known by."""
        return self._square if self.allows(Signal.GPS) else None

    def allows(self, signal: Signal) -> bool:
        """Whether the customer lets it be read."""
        return isinstance(self._client.permission(signal), nabij.Allowed)

    def states(self) -> list[SignalState]:
        """How each signal stands that this phone can read."""
        return [SignalState(each, self._state(each), self._until(each)) for each in self.signals]

    async def must_ask(self) -> bool:
        """Whether there is something that this customer has not answered yet."""
        await self._client.refresh()
        return any(_TO_BE_ASKED & {*self._reasons(each)} for each in self.signals)

    async def notice(self, language: str) -> nabij.ShownNotice:
        """What to show before anything is asked."""
        return await self._client.notice(language)

    async def answer(self, notice: nabij.ShownNotice, allowed: Collection[Signal]) -> None:
        """Tell what the customer said of each signal."""
        if refused := [each for each in self.signals if each not in allowed]:
            await self._client.refuse(notice, refused)
        if allowed:
            await self._client.grant(notice, allowed)
        if Signal.GPS in allowed:
            await self._let_the_system_ask()

    async def look_around(self) -> list[Found]:
        """Collect what is permitted, report it, and see what is near."""
        self.at_quiet_place = (await self._client.collect()).at_quiet_place
        self._square = await self._client.square()
        await self._client.report()
        nearest = await self._client.nearby(HOW_MANY)
        return [_found(each, each.distance_m, each.distance_m) for each in nearest]

    async def look_at(self, town: str) -> list[Found] | None:
        """The same around a town that the customer typed; None for a name of none."""
        places = await self._client.places(town) if town.strip() else []
        if not places:
            return None
        around = await self._client.nearby_at(places[0].cell, HOW_MANY)
        return [
            _found(each, each.distance_m.nearest_m, each.distance_m.farthest_m)
            for each in around[:HOW_MANY]
        ]

    async def why_old(self, language: str) -> list[str]:
        """Why the squares of this customer's devices are as old as they are."""
        statuses = await self._client.statuses()
        return [told for each in statuses if (told := each.explain(language))]

    async def stop(self, signal: Signal | None = None) -> Stopped:
        """Withdraw one signal, or everything."""
        done = await self._client.withdraw(None if signal is None else [signal])
        reached = [each for each in done.devices if each.state != "not-yet-reached"]
        return Stopped(done.told_server, sum(done.erased.values()), len(done.devices), len(reached))

    async def receipts(self) -> tuple[nabij.Receipt, ...]:
        """What the service signed to prove what the customer did, oldest first."""
        return await self._client.receipts()

    async def forget_places(self) -> None:
        """Begin anew with the places that the phone remembers."""
        await self._client.forget_places()
        self._square = None

    async def quiet_places(self) -> tuple[nabij.QuietPlace, ...]:
        """The places of which nothing is told."""
        return await self._client.quiet_places()

    async def mark_quiet(self, name: str) -> None:
        """Let nothing be told of where the phone is."""
        await self._client.mark_quiet(name)

    async def unmark_quiet(self, place: nabij.QuietPlace) -> None:
        """Let a place be told like any other."""
        await self._client.unmark_quiet(place.id)

    def _state(self, signal: Signal) -> State:
        reasons = {*self._reasons(signal)}
        if not reasons:
            return State.ALLOWED
        if reasons <= _DENIED:
            return State.DENIED_BY_PHONE
        return next(
            (state for reason, state in _STATES.items() if reason in reasons), State.UNKNOWN
        )

    def _until(self, signal: Signal) -> datetime | None:
        permission = self._client.permission(signal)
        return permission.grant.expires_at if isinstance(permission, nabij.Allowed) else None

    def _reasons(self, signal: Signal) -> Sequence[nabij.RefusalReason]:
        permission = self._client.permission(signal)
        return permission.reasons if isinstance(permission, nabij.Refused) else ()

    async def _let_the_system_ask(self) -> None:
        if DeviceReason.OS_NONE not in self._reasons(Signal.GPS):
            return
        answered = asyncio.Event()
        self._client.ask(Signal.GPS, answered.set)
        await answered.wait()


def _found(source: nabij.Source, from_m: float, to_m: float) -> Found:
    return Found(source, from_m / 1_000, to_m / 1_000)

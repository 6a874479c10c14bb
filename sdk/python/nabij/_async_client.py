"""The client for asyncio."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Collection,
    Iterable,
)
from functools import partial
from typing import TypeVar
from uuid import UUID

from nabij._async_runner import AsyncRunner, next_chunk
from nabij._calls import keep_push_token
from nabij._catalogue import Kinds
from nabij._errors import AnotherAccount, NabijError, NotSignedIn
from nabij._listening import Change, Listening, log_interruption
from nabij._quiet_places import QuietPlace
from nabij._shell import pending_of, preview_of
from nabij._stepping import Round
from nabij._values import (
    CatalogueState,
    Collected,
    Confirmation,
    Devices,
    DeviceStatus,
    NearbySource,
    Pending,
    Place,
    Preview,
    Receipt,
    Report,
    ShownNotice,
    SourceAround,
    Stepped,
    Withdrawal,
)
from nabij_consent import NEARBY_SOURCES, EventKind, Locale, Purpose
from nabij_geo import Cell, Position

StepT = TypeVar("StepT")
ReplyT = TypeVar("ReplyT")
T = TypeVar("T")


class AsyncClient(AsyncRunner):
    """``Client`` with ``await``: the same arguments, methods and errors. For one event loop.

    Sensors are read in a thread. Each method does what its namesake of ``Client`` says.
    """

    async def notice(self, locale: str = "nl") -> ShownNotice:
        """Return the current notice."""
        return await self._call(self._engine.notice(Locale(locale)))

    async def prompt(self, locale: str = "nl") -> ShownNotice | None:
        """Return the notice, for a question that the customer did not open."""
        return await self._call(self._engine.prompt(Locale(locale)))

    async def grant(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record a yes."""
        return await self._call(self._engine.grant(notice, purpose, signals))

    async def refuse(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record a no."""
        return await self._call(self._engine.decline(EventKind.REFUSED, notice, purpose, signals))

    async def defer(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record that there was no answer."""
        return await self._call(self._engine.decline(EventKind.DEFERRED, notice, purpose, signals))

    async def refresh(self) -> None:
        """Learn from the service what is permitted."""
        await self._call(self._engine.refresh())

    async def collect(
        self, *, timeout_s: float = 30.0, purpose: Purpose = NEARBY_SOURCES
    ) -> Collected:
        """Read the sensors whose signals are permitted."""
        return await self._run(self._engine.collect(purpose, timeout_s), self._sense)

    async def report(self) -> Report:
        """Send what was collected and is still permitted."""
        return await self._call(self._engine.report())

    async def step(self, *, timeout_s: float = 30.0, purpose: Purpose = NEARBY_SOURCES) -> Stepped:
        """Do one round of an app's loop."""
        current = Round(self._device, purpose)
        if current.asks:
            with current.forgiving():
                await self.refresh()
        collected = await self.collect(timeout_s=timeout_s, purpose=purpose)
        with current.forgiving():
            current.report = await self.report()
        return current.done(collected)

    async def nearby(
        self,
        k: int = 5,
        *,
        technologies: Collection[str] | None = None,
        owner_kinds: Collection[str] | None = None,
        purpose: Purpose = NEARBY_SOURCES,
    ) -> list[NearbySource]:
        """Return the ``k`` nearest sources, ranked on this device."""
        kinds = Kinds(technologies=technologies, owner_kinds=owner_kinds)
        return await self._call(self._engine.nearby(purpose, k, kinds))

    async def nearby_at(
        self,
        cell: Cell,
        k: int = 5,
        *,
        technologies: Collection[str] | None = None,
        owner_kinds: Collection[str] | None = None,
    ) -> list[SourceAround]:
        """Return the sources around a place that the customer typed."""
        kinds = Kinds(technologies=technologies, owner_kinds=owner_kinds)
        case = self._engine.nearby_at(cell, k, kinds)
        del cell  # an error's frames hold no square
        return await self._call(case)

    async def places(self, query: str) -> list[Place]:
        """Towns and villages of this name."""
        case = self._engine.places(query)
        del query  # an error's frames do not hold what was typed
        return await self._call(case)

    async def catalogue(self) -> CatalogueState | None:
        """Return which catalogue this device ranks; None where it holds none yet."""
        return await self._step(lambda: self._engine.catalogue.state)

    async def withdraw(
        self, signals: Iterable[str] | None = None, *, purpose: Purpose | None = None
    ) -> Withdrawal:
        """End permission: here at once, then at the service."""
        self._require_open()
        with self._one_step:  # before anything is awaited: a cancelled task has withdrawn, too
            forgetful = self._engine.end(purpose, signals)
        try:
            return await self._call(self._engine.tell_withdrawal(forgetful))
        finally:
            await self._flights.wait()

    async def forget_places(self) -> None:
        """Let this device begin anew with the places that it knows."""
        await self._step(self._device.forget_places)

    async def square(self, *, purpose: Purpose = NEARBY_SOURCES) -> Cell | None:
        """Return the square that the customer is known by, or will be as soon as it is told."""
        return await self._step(partial(self._device.square, purpose))

    async def mark_quiet(
        self,
        name: str = "",
        *,
        at: Position | None = None,
        purpose: Purpose = NEARBY_SOURCES,
    ) -> QuietPlace:
        """Let a place never be told: where the phone is, or ``at``."""
        return await self._step(partial(self._device.mark_quiet, purpose, name, at))

    async def quiet_places(self) -> tuple[QuietPlace, ...]:
        """Return the places that are never told, by the names that they were given."""
        return await self._step(self._device.store.quiet_places)

    async def unmark_quiet(self, place_id: UUID) -> None:
        """Let a place be told like any other."""
        await self._step(partial(self._device.unmark_quiet, place_id))

    async def receipts(self) -> tuple[Receipt, ...]:
        """Return what the service signed to prove the acts of this device, the oldest first."""
        return await self._step(self._device.store.receipts)

    async def pending(self) -> Pending:
        """Return what has not been told yet, and how much never will."""
        return await self._step(partial(pending_of, self._device))

    async def preview(self) -> Preview | None:
        """Return the exact bytes that ``report`` would send now, and why."""
        return await self._step(partial(preview_of, self._engine))

    async def changes(self) -> AsyncGenerator[Change]:
        """Wait for what changes elsewhere; for a task of its own."""
        listening = Listening(self._engine, self._device.id)
        failure: NabijError | None = None
        while not self._closed.is_set():
            try:
                async with self._opened(listening.call()) as chunks:
                    while chunk := await self._until_closed(next_chunk(chunks)):
                        for event in listening.receive(chunk):
                            change = await self._call(listening.heed(event))
                            if change is not None:
                                yield change
            except (NotSignedIn, AnotherAccount) as error:
                failure = error.bare()
                break
            except Exception as error:  # noqa: BLE001 - rule 3 of listening: open it again
                log_interruption(error)
            await self._until_closed(asyncio.sleep(listening.pause_s()))
        if failure is not None:
            raise failure

    async def devices(self) -> Devices:
        """Return this customer's devices."""
        return await self._call(self._engine.devices())

    async def statuses(self) -> tuple[DeviceStatus, ...]:
        """Return when this customer's devices were heard last, and why their squares are old."""
        return await self._call(self._engine.statuses())

    async def push_token(self, token: str | None) -> None:
        """Say where Firebase can wake this device; None: nowhere any longer."""
        case = keep_push_token(self._device.id, token)
        del token  # an error's frames hold none
        await self._call(case)

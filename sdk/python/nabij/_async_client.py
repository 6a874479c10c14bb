"""The client for asyncio."""

import asyncio
import contextlib
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
)
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx2

from nabij._calls import Sense, keep_push_token
from nabij._engine import Network
from nabij._errors import NabijError, NotReachable, ServiceUnavailable
from nabij._http import (
    TIMEOUT_S,
    Service,
    Token,
    answer_of,
    is_event_stream,
    patient,
)
from nabij._listening import Change, Listening, no_stream
from nabij._permissions import Permissions
from nabij._quiet import unlogged
from nabij._running import AsyncFlights, RunningSensors
from nabij._shell import Choices, Setup, pending_of, preview_of
from nabij._values import (
    Collected,
    Confirmation,
    Devices,
    NearbySource,
    Pending,
    Place,
    Preview,
    Report,
    ShownNotice,
    SourceAround,
    Withdrawal,
)
from nabij._wire import Answer, Call, understand
from nabij.sensors import Reading
from nabij_consent import NEARBY_SOURCES, EventKind, Locale, Purpose
from nabij_geo import Cell, Resolution

StepT = TypeVar("StepT")
ReplyT = TypeVar("ReplyT")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Finished:
    value: Any


class AsyncClient(Permissions):
    """``Client`` with ``await``: the same arguments, methods and errors. For one event loop.

    Sensors are read in a thread. Each method does what its namesake of ``Client`` says.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: Token,
        http: httpx2.AsyncClient | None = None,
        **setup: Unpack[Choices],
    ) -> None:
        self._service = Service(base_url, token)
        chosen = Setup(**setup)
        device = chosen.device()
        super().__init__(device)
        self._engine = chosen.engine(device)
        self._running = RunningSensors()
        self._http = http or httpx2.AsyncClient(timeout=TIMEOUT_S)
        self._owns_http = http is None
        self._closed = asyncio.Event()
        self._flights = AsyncFlights()
        self._steps = ThreadPoolExecutor(1, "nabij")
        self._loop: asyncio.AbstractEventLoop | None = None
        device.on_stop = self._stop_what_ended

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection and end ``changes``; sends nothing."""
        if not self._closed.is_set():
            await self._step(self._device.store.close)
        self._closed.set()
        self._steps.shutdown(wait=False)
        if self._owns_http:
            await self._http.aclose()

    async def notice(self, locale: str = "nl") -> ShownNotice:
        """The current notice."""
        return await self._call(self._engine.notice(Locale(locale)))

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

    async def nearby(
        self, k: int = 5, *, ask_m: Resolution = 1_000, purpose: Purpose = NEARBY_SOURCES
    ) -> list[NearbySource]:
        """The ``k`` nearest sources, ranked on this device."""
        return await self._call(self._engine.nearby(purpose, k, ask_m))

    async def nearby_at(self, cell: Cell, k: int = 5) -> list[SourceAround]:
        """The sources around a place that the customer typed."""
        return await self._call(self._engine.nearby_at(cell, k))

    async def places(self, query: str) -> list[Place]:
        """Towns and villages of this name."""
        return await self._call(self._engine.places(query))

    async def withdraw(
        self, signals: Iterable[str] | None = None, *, purpose: Purpose | None = None
    ) -> Withdrawal:
        """End permission: here at once, then at the service."""
        try:
            return await self._call(self._engine.withdraw(purpose, signals))
        finally:
            await self._flights.wait()

    async def forget_places(self) -> None:
        """Let this device begin anew with the places that it knows."""
        await self._step(self._device.forget_places)

    async def pending(self) -> Pending:
        """What has not been told yet, and how much never will."""
        return await self._step(partial(pending_of, self._device))

    async def preview(self) -> Preview | None:
        """The exact bytes that ``report`` would send now, and why."""
        return await self._step(partial(preview_of, self._engine))

    async def changes(self) -> AsyncGenerator[Change]:
        """Wait for what changes elsewhere; for a task of its own."""
        listening = Listening(self._engine, self._device.id)
        while not self._closed.is_set():
            try:
                async with self._opened(listening.call()) as chunks:
                    while chunk := await self._until_closed(_next(chunks)):
                        for event in listening.receive(chunk):
                            change = await self._call(listening.heed(event))
                            if change is not None:
                                yield change
            except (NotReachable, ServiceUnavailable):
                pass  # rule 3 of listening: open it again
            except RuntimeError:  # the connection was closed between two steps
                if not self._closed.is_set():
                    raise
            await self._until_closed(asyncio.sleep(listening.pause_s()))

    async def devices(self) -> Devices:
        """This customer's devices."""
        return await self._call(self._engine.devices())

    async def push_token(self, token: str | None) -> None:
        """Say where Firebase can wake this device; None: nowhere any longer."""
        await self._call(keep_push_token(self._device.id, token))

    @contextlib.asynccontextmanager
    async def _opened(self, call: Call) -> AsyncGenerator[AsyncIterator[bytes]]:
        response = await self._sent(patient(await self._request(call)), stream=True)
        try:
            if not is_event_stream(response):
                await _read(response)
                understand(answer_of(response), no_stream)
            yield response.aiter_bytes()
        finally:
            await response.aclose()

    async def _until_closed(self, begun: Coroutine[None, None, T]) -> T | None:
        """What ``begun`` comes to; None where the client is closed before."""
        doing = asyncio.create_task(begun)
        closing = asyncio.create_task(self._closed.wait())
        try:
            await asyncio.wait({doing, closing}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            doing.cancel()
            closing.cancel()
            await asyncio.gather(doing, closing, return_exceptions=True)

    async def _call(self, case: Network[T]) -> T:
        return await self._run(case, self._send)

    async def _run(
        self, case: Generator[StepT, ReplyT, T], perform: Callable[[StepT], Awaitable[ReplyT]]
    ) -> T:
        try:
            return await self._finish(case, perform)
        finally:
            self._tell_changes()

    async def _finish(
        self, case: Generator[StepT, ReplyT, T], perform: Callable[[StepT], Awaitable[ReplyT]]
    ) -> T:
        resume = partial(next, case)
        while True:
            step = await self._step(partial(_advanced, resume))
            if isinstance(step, _Finished):
                return step.value
            try:
                resume = partial(case.send, await perform(step))
            except NabijError as error:
                resume = partial(case.throw, error)

    async def _step(self, step: Callable[[], T]) -> T:
        """Take one step of the engine, in the one thread that takes them all."""
        if self._closed.is_set():
            raise RuntimeError("This client was closed.")
        self._loop = asyncio.get_running_loop()
        return await self._loop.run_in_executor(self._steps, step)

    async def _send(self, call: Call) -> Answer:
        request = await self._request(call)
        return answer_of(await self._flights.fly(call.grants, self._sent(request)))

    async def _request(self, call: Call) -> httpx2.Request:
        token = self._service.token_for(call)
        if token is not None:
            await self._step(partial(self._device.recognise, token))
        return self._service.request(self._http, call, token)

    async def _sense(self, sense: Sense) -> Reading:
        return await asyncio.to_thread(self._running.read, sense)

    def _stop_what_ended(self) -> None:
        self._running.stop()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._flights.cut)

    async def _sent(self, request: httpx2.Request, *, stream: bool = False) -> httpx2.Response:
        with unlogged(), contextlib.suppress(httpx2.RequestError):
            return await self._http.send(request, auth=None, follow_redirects=False, stream=stream)
        # Not raised from the library's error, which carries the request: address and token.
        raise NotReachable


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    """The next bytes of a stream; none where it has ended."""
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        return await anext(chunks, b"")
    raise NotReachable


async def _read(response: httpx2.Response) -> None:
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        await response.aread()
        return
    raise NotReachable


def _advanced(resume: Callable[[], StepT]) -> "StepT | _Finished":
    # No future can hold a StopIteration.
    try:
        return resume()
    except StopIteration as finished:
        return _Finished(finished.value)

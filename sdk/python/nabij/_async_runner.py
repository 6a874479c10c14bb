"""How asyncio runs use cases: steps in one thread of their own, requests in the loop."""

import asyncio
import contextlib
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
)
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx2

from nabij._async_flights import AsyncFlights
from nabij._calls import Sense
from nabij._errors import NabijError, NotReachable, NotSignedIn
from nabij._http import (
    TIMEOUT_S,
    Service,
    Token,
    answer_of,
    is_event_stream,
    patient,
    require_two,
)
from nabij._listening import no_stream
from nabij._permissions import Permissions
from nabij._quiet import unlogged
from nabij._running import RunningSensors
from nabij._shell import Choices, Setup, alone
from nabij._telling import Network
from nabij._wire import Answer, Call, understand
from nabij.sensors import Reading

StepT = TypeVar("StepT")
ReplyT = TypeVar("ReplyT")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Finished:
    value: Any


class AsyncRunner(Permissions):
    """Runs use cases."""

    def __init__(
        self,
        base_url: str,
        *,
        token: Token,
        http: httpx2.AsyncClient | None = None,
        public_http: httpx2.AsyncClient | None = None,
        **setup: Unpack[Choices],
    ) -> None:
        require_two(http, public_http)
        self._service = Service(base_url, token)
        chosen = Setup(**setup)
        device = chosen.device()
        super().__init__(device)
        self._engine = chosen.engine(device)
        self._running = RunningSensors()
        self._http = http or httpx2.AsyncClient(timeout=TIMEOUT_S)
        self._public = public_http or httpx2.AsyncClient(timeout=TIMEOUT_S)
        self._owns_http = http is None
        self._closed = asyncio.Event()
        self._flights = AsyncFlights()
        self._steps = ThreadPoolExecutor(1, "nabij")
        self._one_step = threading.Lock()
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
        """Stop the sensors, close the connections and end ``changes``; sends nothing."""
        self._running.close()
        if not self._closed.is_set():
            await self._step(self._device.store.close)
        self._closed.set()
        self._steps.shutdown(wait=False)
        if self._owns_http:
            await self._http.aclose()
            await self._public.aclose()

    async def _until_closed(self, begun: Coroutine[None, None, T]) -> T | None:
        """Return what ``begun`` comes to; None where the client is closed before."""
        doing = asyncio.create_task(begun)
        closing = asyncio.create_task(self._closed.wait())
        try:
            await asyncio.wait({doing, closing}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            doing.cancel()
            closing.cancel()
            await asyncio.gather(doing, closing, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def _opened(self, call: Call) -> AsyncGenerator[AsyncIterator[bytes]]:
        token = await self._token(call)
        if token is None:
            raise NotSignedIn
        request = patient(self._service.request(self._http, call, token))
        response = await _sent(self._http, request, stream=True)
        try:
            if not is_event_stream(response):
                await _read(response)
                understand(answer_of(response), no_stream)
            yield response.aiter_bytes()
        finally:
            await response.aclose()

    async def _call(self, case: Network[T]) -> T:
        return await self._run(case, self._send)

    async def _run(
        self, case: Generator[StepT, ReplyT, T], perform: Callable[[StepT], Awaitable[ReplyT]]
    ) -> T:
        try:
            return await self._finish(case, perform)
        except NabijError as error:
            failure = error.bare()
        finally:
            self._hand_over()
        del case, perform
        raise failure

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
            except Exception as error:  # noqa: BLE001 - the case knows what goes on all the same
                resume = partial(case.throw, error)

    async def _step(self, step: Callable[[], T]) -> T:
        """Take one step of the engine, in the one thread that takes them all."""
        self._require_open()
        self._loop = asyncio.get_running_loop()
        return await self._loop.run_in_executor(self._steps, alone, self._one_step, step)

    def _require_open(self) -> None:
        if self._closed.is_set():
            raise RuntimeError("This client was closed.")

    async def _send(self, call: Call) -> Answer:
        token = await self._token(call)
        if token is None:
            request = self._service.nameless(self._public, call)
            return answer_of(await _sent(self._public, request))
        request = self._service.request(self._http, call, token)
        return answer_of(await self._flights.fly(call.grants, _sent(self._http, request)))

    async def _token(self, call: Call) -> str | None:
        token = self._service.token_for(call)
        if token is not None:
            await self._step(partial(self._device.recognise, token))
        return token

    async def _sense(self, sense: Sense) -> Reading:
        sensor = self._running.begin(sense)
        try:
            return await asyncio.to_thread(self._running.finish, sensor)
        except asyncio.CancelledError:
            self._running.end(sensor)
            raise

    def _stop_what_ended(self) -> None:
        self._running.stop()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._flights.cut)


async def _sent(
    http: httpx2.AsyncClient, request: httpx2.Request, *, stream: bool = False
) -> httpx2.Response:
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        return await http.send(request, auth=None, follow_redirects=False, stream=stream)
    # Not raised from the library's error, which carries the request: address and token.
    raise NotReachable


async def next_chunk(chunks: AsyncIterator[bytes]) -> bytes:
    """Return the next bytes of a stream; none where it has ended."""
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

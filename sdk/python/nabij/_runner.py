"""How ordinary code runs use cases: one step at a time, and requests that can be cut."""

import contextlib
import threading
from collections.abc import Callable, Generator, Iterator
from functools import partial
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx2

from nabij._errors import NabijError, NotReachable, NotSignedIn
from nabij._http import (
    TIMEOUT_S,
    Service,
    Token,
    answer_of,
    interrupt,
    is_event_stream,
    patient,
    require_two,
)
from nabij._listening import no_stream
from nabij._permissions import Permissions
from nabij._quiet import unlogged
from nabij._running import Flights, RunningSensors
from nabij._shell import Choices, Setup, alone
from nabij._telling import Network
from nabij._wire import Answer, Call, understand

StepT = TypeVar("StepT")
ReplyT = TypeVar("ReplyT")
T = TypeVar("T")


class Runner(Permissions):
    """Runs use cases."""

    def __init__(
        self,
        base_url: str,
        *,
        token: Token,
        http: httpx2.Client | None = None,
        public_http: httpx2.Client | None = None,
        **setup: Unpack[Choices],
    ) -> None:
        require_two(http, public_http)
        self._service = Service(base_url, token)
        chosen = Setup(**setup)
        device = chosen.device()
        super().__init__(device)
        self._engine = chosen.engine(device)
        self._running = RunningSensors()
        self._http = http or httpx2.Client(timeout=TIMEOUT_S)
        self._public = public_http or httpx2.Client(timeout=TIMEOUT_S)
        self._owns_http = http is None
        self._one_step = threading.RLock()
        self._closed = threading.Event()
        self._streams: set[httpx2.Response] = set()
        self._flights = Flights()
        device.on_stop = self._stop_what_ended

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the sensors, close the connections, and end ``changes`` wherever it waits.

        Sends nothing: what waits was collected for a running app.
        """
        self._closed.set()
        self._running.close()
        for stream in tuple(self._streams):
            interrupt(stream)
        with self._one_step:
            self._device.store.close()
        if self._owns_http:
            self._http.close()
            self._public.close()

    @contextlib.contextmanager
    def _opened(self, call: Call) -> Generator[Iterator[bytes]]:
        token = self._token(call)
        if token is None:
            raise NotSignedIn
        request = patient(self._service.request(self._http, call, token))
        response = _sent(self._http, request, stream=True)
        self._streams.add(response)
        try:
            if not is_event_stream(response):
                _read(response)
                understand(answer_of(response), no_stream)
            yield response.iter_bytes()
        finally:
            self._streams.discard(response)
            response.close()

    def _call(self, case: Network[T]) -> T:
        return self._run(case, self._send)

    def _run(self, case: Generator[StepT, ReplyT, T], perform: Callable[[StepT], ReplyT]) -> T:
        try:
            return self._finish(case, perform)
        except NabijError as error:
            failure = error.bare()
        finally:
            self._hand_over()
        del case, perform
        raise failure

    def _finish(self, case: Generator[StepT, ReplyT, T], perform: Callable[[StepT], ReplyT]) -> T:
        resume = partial(next, case)
        while True:
            try:
                with self._one_step:
                    step = resume()
            except StopIteration as finished:
                return finished.value
            try:
                resume = partial(case.send, perform(step))
            except Exception as error:  # noqa: BLE001 - the case knows what goes on all the same
                resume = partial(case.throw, error)

    def _alone(self, step: Callable[[], T]) -> T:
        return alone(self._one_step, step)

    def _send(self, call: Call) -> Answer:
        token = self._token(call)
        if token is None:
            return answer_of(_sent(self._public, self._service.nameless(self._public, call)))
        request = self._service.request(self._http, call, token)
        with self._flights.flight(call.grants) as extensions:
            request.extensions.update(extensions)
            return answer_of(_sent(self._http, request))

    def _token(self, call: Call) -> str | None:
        if self._closed.is_set():
            raise RuntimeError("This client was closed.")
        token = self._service.token_for(call)
        if token is not None:
            with self._one_step:
                self._device.recognise(token)
        return token

    def _stop_what_ended(self) -> None:
        self._running.stop()
        self._flights.cut()


def _sent(http: httpx2.Client, request: httpx2.Request, *, stream: bool = False) -> httpx2.Response:
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        return http.send(request, auth=None, follow_redirects=False, stream=stream)
    # Not raised from the library's error, which carries the request: address and token.
    raise NotReachable


def next_chunk(chunks: Iterator[bytes]) -> bytes:
    """Return the next bytes of a stream; none where it has ended."""
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        return next(chunks, b"")
    raise NotReachable


def _read(response: httpx2.Response) -> None:
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        response.read()
        return
    raise NotReachable

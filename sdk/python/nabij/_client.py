"""The client for ordinary code."""

import contextlib
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx2

from nabij._calls import keep_push_token
from nabij._engine import Network
from nabij._errors import NabijError, NotReachable, ServiceUnavailable
from nabij._http import (
    TIMEOUT_S,
    Service,
    Token,
    answer_of,
    interrupt,
    is_event_stream,
    patient,
)
from nabij._listening import Change, Listening, no_stream
from nabij._permissions import Permissions
from nabij._quiet import unlogged
from nabij._running import Flights, RunningSensors
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
from nabij_consent import NEARBY_SOURCES, EventKind, Locale, Purpose
from nabij_geo import Cell, Resolution

StepT = TypeVar("StepT")
ReplyT = TypeVar("ReplyT")
T = TypeVar("T")


class Client(Permissions):
    """Everything an app needs of Nabij, for one customer on one device. Threads may share it.

    It keeps what it knows of that customer: make another one when somebody else signs in.

    Args:
        base_url: address of the service.
        token: returns the customer's current token, or None while nobody is signed in; what it
            raises comes through.
        sensors: the adapters that `collect` reads, by signal: see ``nabij.sensors``.
        account: names the person; whatever another one left in the folder is deleted.
        folder: where the device remembers, a folder of its own; None: nowhere, so that everything
            is asked anew after a restart.
        coarsening: ``anchored`` for what people carry; ``plain`` for what never moves.
        conditions: tells whether this is a moment to send; by default it always is.
        device_id: names this installation to the service; made once by default.
        platform: of the device.
        http: the connection to use, for instance with a proxy; closed by whoever made it.
        clock: returns the time with its zone.
        new_id: returns a fresh id.
        chance: returns a random number from 0 to 1.
        random_bytes: returns so many random bytes.

    Raises:
        ValueError: the address is none of the web.
        StoreInUse: another client has the folder.
        StoreFailed: the folder cannot be written.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: Token,
        http: httpx2.Client | None = None,
        **setup: Unpack[Choices],
    ) -> None:
        self._service = Service(base_url, token)
        chosen = Setup(**setup)
        device = chosen.device()
        super().__init__(device)
        self._engine = chosen.engine(device)
        self._running = RunningSensors()
        self._http = http or httpx2.Client(timeout=TIMEOUT_S)
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
        """Close the connection, and end ``changes`` in whichever thread it waits.

        Sends nothing: what waits was collected for a running app.
        """
        self._closed.set()
        for stream in tuple(self._streams):
            interrupt(stream)
        with self._one_step:
            self._device.store.close()
        if self._owns_http:
            self._http.close()

    def notice(self, locale: str = "nl") -> ShownNotice:
        """The current notice, its digest verified, to be shown in ``locale`` (nl or en)."""
        return self._call(self._engine.notice(Locale(locale)))

    def grant(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record that the customer, having seen ``notice``, agreed to ``signals``.

        Where no answer came, call it again: the same act is told, not another one.

        Raises:
            NoticeSuperseded: another notice is current; show that one and ask again.
        """
        return self._call(self._engine.grant(notice, purpose, signals))

    def refuse(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record that the customer said no. Holds on this device even if the call fails."""
        return self._call(self._engine.decline(EventKind.REFUSED, notice, purpose, signals))

    def defer(
        self, notice: ShownNotice, signals: Iterable[str], *, purpose: Purpose = NEARBY_SOURCES
    ) -> Confirmation:
        """Record that the customer closed the notice without an answer, which permits nothing."""
        return self._call(self._engine.decline(EventKind.DEFERRED, notice, purpose, signals))

    def refresh(self) -> None:
        """Learn from the service what is permitted: at start, and at least every 24 hours."""
        self._call(self._engine.refresh())

    def collect(self, *, timeout_s: float = 30.0, purpose: Purpose = NEARBY_SOURCES) -> Collected:
        """Read the sensors whose signals are permitted, each for at most ``timeout_s`` seconds.

        A sensor is not started for a signal that is not. A position becomes its square at once.
        """
        return self._run(self._engine.collect(purpose, timeout_s), self._running.read)

    def report(self) -> Report:
        """Send what was collected and is still permitted."""
        return self._call(self._engine.report())

    def nearby(
        self, k: int = 5, *, ask_m: Resolution = 1_000, purpose: Purpose = NEARBY_SOURCES
    ) -> list[NearbySource]:
        """The ``k`` nearest sources, exactly, though the service only hears of a square.

        Args:
            k: how many.
            ask_m: side of that square in metres; a larger one tells less and takes longer.
            purpose: for which the position was collected.

        Raises:
            NoPosition: gps was not collected, or is no longer permitted.
        """
        return self._call(self._engine.nearby(purpose, k, ask_m))

    def nearby_at(self, cell: Cell, k: int = 5) -> list[SourceAround]:
        """The sources around a place that the customer typed; needs no permission.

        Every source that can be among the ``k`` nearest of any spot in ``cell``: so at least
        ``k``, where there are that many.
        """
        return self._call(self._engine.nearby_at(cell, k))

    def places(self, query: str) -> list[Place]:
        """Towns and villages of this name."""
        return self._call(self._engine.places(query))

    def withdraw(
        self, signals: Iterable[str] | None = None, *, purpose: Purpose | None = None
    ) -> Withdrawal:
        """End permission for ``signals`` (all by default): here at once, then at the service.

        Raises nothing for want of a network: see ``told_server``.
        """
        try:
            return self._call(self._engine.withdraw(purpose, signals))
        finally:
            self._flights.wait()

    def forget_places(self) -> None:
        """Let this device begin anew with the places that it knows. The service is told nothing."""
        with self._one_step:
            self._device.forget_places()

    def pending(self) -> Pending:
        """What has not been told yet, and how much never will."""
        with self._one_step:
            return pending_of(self._device)

    def preview(self) -> Preview | None:
        """The exact bytes that ``report`` would send now, and why; None where nothing waits."""
        with self._one_step:
            return preview_of(self._engine)

    def changes(self) -> Iterator[Change]:
        """Wait for what changes elsewhere, such as a withdrawal on another device.

        For a thread of its own. Each change is yielded once this client has taken it over: it
        refuses what is no longer permitted, has dropped it from the queue, and has told the
        service so. Goes on when the network comes and goes; ends when the client is closed.

        Raises:
            NotSignedIn: nobody is signed in any longer.
        """
        listening = Listening(self._engine, self._device.id)
        while not self._closed.is_set():
            try:
                with self._opened(listening.call()) as chunks:
                    while not self._closed.is_set() and (chunk := _next(chunks)):
                        for event in listening.receive(chunk):
                            change = self._call(listening.heed(event))
                            if change is not None:
                                yield change
            except (NotReachable, ServiceUnavailable):
                pass  # rule 3 of listening: open it again
            except RuntimeError:  # the connection was closed between two steps
                if not self._closed.is_set():
                    raise
            self._closed.wait(listening.pause_s())

    def devices(self) -> Devices:
        """This customer's devices, and on which of them what was ended has stopped."""
        return self._call(self._engine.devices())

    def push_token(self, token: str | None) -> None:
        """Say where Firebase can wake this device; None: nowhere any longer.

        ``token`` is a Firebase installation ID or a registration token. When the message comes,
        call ``refresh``. The device must have granted or reported before.
        """
        self._call(keep_push_token(self._device.id, token))

    @contextlib.contextmanager
    def _opened(self, call: Call) -> Generator[Iterator[bytes]]:
        response = self._sent(patient(self._request(call)), stream=True)
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
        finally:
            self._tell_changes()

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
            except NabijError as error:
                resume = partial(case.throw, error)

    def _send(self, call: Call) -> Answer:
        request = self._request(call)
        with self._flights.flight(call.grants) as extensions:
            request.extensions.update(extensions)
            return answer_of(self._sent(request))

    def _request(self, call: Call) -> httpx2.Request:
        if self._closed.is_set():
            raise RuntimeError("This client was closed.")
        token = self._service.token_for(call)
        if token is not None:
            with self._one_step:
                self._device.recognise(token)
        return self._service.request(self._http, call, token)

    def _stop_what_ended(self) -> None:
        self._running.stop()
        self._flights.cut()

    def _sent(self, request: httpx2.Request, *, stream: bool = False) -> httpx2.Response:
        with unlogged(), contextlib.suppress(httpx2.RequestError):
            return self._http.send(request, auth=None, follow_redirects=False, stream=stream)
        # Not raised from the library's error, which carries the request: address and token.
        raise NotReachable


def _next(chunks: Iterator[bytes]) -> bytes:
    """The next bytes of a stream; none where it has ended."""
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        return next(chunks, b"")
    raise NotReachable


def _read(response: httpx2.Response) -> None:
    with unlogged(), contextlib.suppress(httpx2.RequestError):
        response.read()
        return
    raise NotReachable

"""Sensors that run and requests that are under way, to be stopped when a permission ends.

Rules:

1. who begins asks the gate and is entered in the list in one step; who stops looks at the list
   after the gate closed. So nothing begins unseen;
2. a sensor is closed once, by whoever comes first: its reader, the end of the permission, the
   reader's cancellation, or the end of the client, after which none is started;
3. a request is cut where it waits: its connection is shut down under it, or its task is cancelled
   (``nabij._async_flights``);
4. a withdrawal waits until what it cut has ended, for as long as ``PATIENCE_S`` at most: nothing of
   it can begin any more, but an answer may still come.
"""

import contextlib
import logging
import socket
import threading
import weakref
from collections.abc import Generator, Mapping
from functools import partial
from typing import Any, Final

from nabij._calls import Sense
from nabij._errors import NotReachable, SensorError, SensorUnavailable
from nabij._gate import Refused
from nabij._live import LiveGrant
from nabij.sensors import Reading, Sensor

Grants = tuple[LiveGrant, ...]

PATIENCE_S: Final = 5.0

_STOPPED: Final = "The sensor was stopped: this client was closed, or collecting was cancelled."
_log = logging.getLogger("nabij.sensors")
_OPENED: Final = ("connect_tcp.complete", "start_tls.complete", "connect_unix_socket.complete")
_SENDS: Final = ("send_request_headers.started", "send_request_body.started")


def _is_fault(error: BaseException) -> bool:
    """Return whether a driver failed: it may raise any exception, or be cancelled by asyncio.

    The thread that it runs in is no task. What else ends the thread or the process passes.
    """
    if isinstance(error, Exception):
        return True
    from asyncio import CancelledError  # noqa: PLC0415 - loaded already where one is raised

    return isinstance(error, CancelledError)


def ended(grants: Grants) -> bool:
    """Return whether one of them permits nothing any more."""
    return any(isinstance(grant.now(), Refused) for grant in grants)


def require(grants: Grants) -> None:
    """Go on only while all of them permit.

    Raises:
        NotPermitted: one of them has ended.
    """
    for grant in grants:
        grant.require()


class RunningSensor:
    """One reading under way, or about to be."""

    def __init__(self, sense: Sense) -> None:
        self.grant = sense.grant
        self._sense = sense
        self._sensor: Sensor[Reading] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def read(self) -> Reading:
        """Start the sensor, and read it; whatever is raised goes to the caller."""
        self._go_on()
        sensor = self._sense.start()
        with self._lock:
            self._sensor = sensor
        self._go_on()
        return sensor.read(self._sense.timeout_s)

    def _go_on(self) -> None:
        with self._lock:
            stopped = self._stopped
        if stopped:
            self.close()
            self.grant.require()
            raise SensorUnavailable(_STOPPED)

    def close(self) -> None:
        """Stop it, and let it not be started."""
        with self._lock:
            self._stopped = True
            sensor, self._sensor = self._sensor, None
        if sensor is not None:
            sensor.close()


class RunningSensors:
    """The sensors that a client is reading."""

    def __init__(self) -> None:
        self._under_way: set[RunningSensor] = set()
        self._lock = threading.Lock()
        self._closed = False

    def read(self, sense: Sense) -> Reading:
        """Start the sensor, read it once and close it.

        Raises:
            NotPermitted: the permission ended before or meanwhile.
            SensorError: the sensor gave no reading.
        """
        return self.finish(self.begin(sense))

    def begin(self, sense: Sense) -> RunningSensor:
        """Enter a reading in the list; ``finish`` makes it, in whichever thread.

        Raises:
            NotPermitted: the permission has ended.
            SensorUnavailable: all were closed.
        """
        sensor = RunningSensor(sense)
        with self._lock:
            sensor.grant.require()
            if self._closed:
                raise SensorUnavailable(_STOPPED)
            self._under_way.add(sensor)
        return sensor

    def finish(self, sensor: RunningSensor) -> Reading:
        """Start the sensor, read it once and close it; raises what ``read`` raises."""
        try:
            return sensor.read()
        except SensorError:
            raise
        except BaseException as error:
            if not _is_fault(error):
                raise
            _log.warning("a sensor failed: %s", type(error).__name__)
        finally:
            self.end(sensor)
        sensor.grant.require()  # it was stopped: that is no failure of the sensor
        raise SensorUnavailable  # not from its error, which may hold a position

    def stop(self) -> None:
        """Close those that may no longer run."""
        for sensor in self._listed():
            if ended((sensor.grant,)):
                self._close(sensor)

    def end(self, sensor: RunningSensor) -> None:
        """Close one that nobody waits for any longer, or let it never start."""
        with self._lock:
            self._under_way.discard(sensor)
        self._close(sensor)

    def close(self) -> None:
        """Close all, and start none any more."""
        self._closed = True
        for sensor in self._listed():
            self._close(sensor)

    def _listed(self) -> tuple[RunningSensor, ...]:
        with self._lock:
            return tuple(self._under_way)

    def _close(self, sensor: RunningSensor) -> None:
        try:
            sensor.close()
        except BaseException as error:  # what ends must end, driver or not
            if not _is_fault(error):
                raise
            _log.warning("a sensor failed to close: %s", type(error).__name__)


class _Flight:
    """One request of a thread."""

    def __init__(self, grants: Grants) -> None:
        self.grants = grants
        self.thread = threading.get_ident()
        self.is_cut = False


class Flights:
    """The requests of a client for ordinary code."""

    def __init__(self) -> None:
        self._under_way: set[_Flight] = set()
        self._changed = threading.Condition()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    @contextlib.contextmanager
    def flight(self, grants: Grants) -> Generator[Mapping[str, object]]:
        """Yield the extensions that one request needs in order to be cut.

        Raises:
            NotPermitted: a grant that it is made under has ended, before or meanwhile.
        """
        flight = _Flight(grants)
        with self._changed:
            require(grants)
            self._under_way.add(flight)
        try:
            yield {"trace": partial(self._trace, flight)}
        except NotReachable:
            require(grants)  # it was cut: that is no failure of the network
            raise
        finally:
            with self._changed:
                self._under_way.discard(flight)
                self._changed.notify_all()

    def cut(self) -> None:
        """Cut what is made under a grant that has ended."""
        with self._changed:
            cut = [each for each in self._under_way if ended(each.grants)]
            for flight in cut:
                flight.is_cut = True
            sockets = list(self._sockets) if cut else []
        for each in sockets:
            with contextlib.suppress(OSError):  # it has ended by itself
                each.shutdown(socket.SHUT_RDWR)

    def wait(self) -> None:
        """Return when what was cut has ended."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(
                lambda: not any(each.is_cut and each.thread != me for each in self._under_way),
                PATIENCE_S,
            )

    def _trace(self, flight: _Flight, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(_OPENED):
            connection = info["return_value"].get_extra_info("socket")
            if isinstance(connection, socket.socket):
                self._sockets.add(connection)
        # Nowhere else: what raises while a connection opens or closes leaves it open for ever.
        if flight.is_cut and event.endswith(_SENDS):
            require(flight.grants)

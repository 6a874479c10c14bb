"""Positions from gpsd, the daemon that shares a GPS receiver on Linux.

Source: gpsd_json(5). A report of class TPV with ``mode`` 2 or 3 is a fix; ``lat`` and ``lon`` are
WGS 84 degrees, ``eph``, ``epx`` and ``epy`` errors in metres at 95 %, ``time`` when the receiver
measured it. Old receivers count weeks wrongly, and a machine without a battery for its clock may be
ahead or behind: a time that is not of the last day is left out, since gpsd reports as it measures.
"""

import contextlib
import json
import math
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, cast

from nabij._callbacks import system_time
from nabij._errors import SensorTimeout, SensorUnavailable
from nabij._live import GpsGrant
from nabij.sensors import Access, Vouched
from nabij.sensors._polled import NothingToAsk
from nabij.sensors._windows import WINDOW_S, Window
from nabij_geo import InvalidPosition, Position

__all__ = ["Gpsd", "GpsdSensor"]

_CONNECT_TIMEOUT_S: Final = 5.0
_FIX_2D: Final = 2
_PLAUSIBLE: Final = timedelta(days=1)
_AHEAD: Final = timedelta(minutes=5)
_CHUNK: Final = 4096
_LONGEST_LINE: Final = 65_536
_WATCH: Final = b'?WATCH={"enable":true,"json":true};\n'
_UNWATCH: Final = b'?WATCH={"enable":false};\n'


class Gpsd(NothingToAsk[GpsGrant]):
    """The gpsd of this or another machine.

    Args:
        host: where gpsd listens.
        port: TCP port.
        window_s: how long to look for a better position after the first one.

    Attributes:
        vouches: what gpsd reports has just been measured, with satellites.
    """

    takes = GpsGrant
    vouches: Final = Vouched(just_read=True, accurate=True)

    def __init__(
        self, host: str = "127.0.0.1", port: int = 2947, *, window_s: float = WINDOW_S
    ) -> None:
        self.window_s: Final = window_s
        self._host = host
        self._port = port

    def access(self) -> Access:
        """Allow: whoever reaches gpsd may read from it."""
        return Access.NOT_NEEDED

    def start(self, grant: GpsGrant) -> "GpsdSensor":
        """Connect.

        Raises:
            NotPermitted: the grant has ended.
            SensorUnavailable: nothing listens there.
        """
        GpsGrant.admit(grant)
        return GpsdSensor(self._host, self._port, window_s=self.window_s)


class GpsdSensor:
    """A connection to gpsd.

    Args:
        host: where gpsd listens.
        port: TCP port.
        window_s: how long to look for a better position after the first one.
        monotonic: counts seconds.
        clock: the time, to judge the receiver's by.

    Raises:
        SensorUnavailable: nothing listens there.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 2947,
        *,
        window_s: float = WINDOW_S,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = system_time,
    ) -> None:
        self._window_s = window_s
        self._monotonic = monotonic
        self._clock = clock
        self._pending = b""
        try:
            self._socket = socket.create_connection((host, port), _CONNECT_TIMEOUT_S)
        except OSError as error:
            raise SensorUnavailable from error

    def read(self, timeout_s: float) -> Position:
        """Wait at most ``timeout_s`` seconds for the best fix of a window.

        Raises:
            SensorTimeout: there was none.
            SensorUnavailable: gpsd closed the connection, or does not speak its protocol.
        """
        until_s = self._monotonic() + timeout_s
        window = Window(self._window_s, self._monotonic)
        self._send(_WATCH)
        while (left_s := window.left_s(until_s)) > 0:
            line = self._line(left_s)
            fix = None if line is None else position_of(line, self._clock())
            if fix is not None:
                window.add(fix)
        if window.best is None:
            raise SensorTimeout
        return window.best

    def close(self) -> None:
        """Stop watching, so that gpsd can let the receiver sleep."""
        # A connection that gpsd has closed already needs no goodbye.
        with contextlib.suppress(SensorUnavailable):
            self._send(_UNWATCH)
        # Whoever waits for a fix in another thread wakes.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _send(self, command: bytes) -> None:
        try:
            self._socket.sendall(command)
        except OSError as error:
            raise SensorUnavailable from error

    def _line(self, left_s: float) -> bytes | None:
        """Return the next line; None where it has not come as a whole yet."""
        if b"\n" not in self._pending:
            self._pending += self._received(left_s)
            if len(self._pending) > _LONGEST_LINE:
                raise SensorUnavailable
        line, end, rest = self._pending.partition(b"\n")
        if not end:
            return None
        self._pending = rest
        return line

    def _received(self, left_s: float) -> bytes:
        try:
            self._socket.settimeout(left_s)
            chunk = self._socket.recv(_CHUNK)
        except TimeoutError:
            return b""
        except OSError as error:
            raise SensorUnavailable from error
        if not chunk:
            raise SensorUnavailable
        return chunk


def position_of(line: bytes, now: datetime) -> Position | None:
    """Return the fix that a line of gpsd reports; None where it reports none."""
    try:
        report: object = json.loads(line)
    except ValueError:
        return None
    if not isinstance(report, dict):
        return None
    members = cast("dict[str, object]", report)
    if members.get("class") != "TPV" or _number(members, "mode", 0) < _FIX_2D:
        return None
    try:
        return Position(
            _number(members, "lat", math.nan),
            _number(members, "lon", math.nan),
            max(_number(members, error, 0.0) for error in ("eph", "epx", "epy")),
            _time_s(members, now),
        )
    except InvalidPosition:
        return None


def _time_s(members: dict[str, object], now: datetime) -> float | None:
    """Return when the receiver measured it, as far as that can be true."""
    try:
        measured_at = datetime.fromisoformat(str(members.get("time")))
    except ValueError:
        return None
    if measured_at.utcoffset() is None or not now - _PLAUSIBLE <= measured_at <= now + _AHEAD:
        return None
    return measured_at.timestamp()


def _number(members: dict[str, object], name: str, default: float) -> float:
    value = members.get(name)
    return value if isinstance(value, int | float) else default

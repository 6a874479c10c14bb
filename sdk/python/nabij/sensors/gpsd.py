"""Positions from gpsd, the daemon that shares a GPS receiver on Linux.

Source: gpsd_json(5). A report of class TPV with ``mode`` 2 or 3 is a fix; ``lat`` and ``lon`` are
WGS 84 degrees, ``eph``, ``epx`` and ``epy`` errors in metres at 95 %. The receiver's time is not
used: old receivers count weeks wrongly, and the client has its own clock.
"""

import contextlib
import json
import math
import socket
import time
from collections.abc import Callable
from typing import Final, cast

from nabij._errors import SensorTimeout, SensorUnavailable
from nabij._live import GpsGrant
from nabij.sensors import Access
from nabij_geo import InvalidPosition, Position

__all__ = ["Gpsd", "GpsdSensor"]

_CONNECT_TIMEOUT_S: Final = 5.0
_FIX_2D: Final = 2
_CHUNK: Final = 4096
_LONGEST_LINE: Final = 65_536
_WATCH: Final = b'?WATCH={"enable":true,"json":true};\n'
_UNWATCH: Final = b'?WATCH={"enable":false};\n'


class Gpsd:
    """The gpsd of this or another machine.

    Args:
        host: where gpsd listens.
        port: TCP port.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 2947) -> None:
        self._host = host
        self._port = port

    def access(self) -> Access:
        """Whoever reaches gpsd may read from it."""
        return Access.NOT_NEEDED

    def ask(self, grant: GpsGrant, then: Callable[[], None]) -> None:
        """Nobody has to be asked.

        Raises:
            NotPermitted: the grant has ended.
        """
        GpsGrant.admit(grant)
        then()

    def start(self, grant: GpsGrant) -> "GpsdSensor":
        """Connect.

        Raises:
            NotPermitted: the grant has ended.
            SensorUnavailable: nothing listens there.
        """
        GpsGrant.admit(grant)
        return GpsdSensor(self._host, self._port)


class GpsdSensor:
    """A connection to gpsd.

    Args:
        host: where gpsd listens.
        port: TCP port.
        monotonic: counts seconds.

    Raises:
        SensorUnavailable: nothing listens there.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 2947,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._pending = b""
        try:
            self._socket = socket.create_connection((host, port), _CONNECT_TIMEOUT_S)
        except OSError as error:
            raise SensorUnavailable from error

    def read(self, timeout_s: float) -> Position:
        """Wait at most ``timeout_s`` seconds for a fix.

        Raises:
            SensorTimeout: there was none.
            SensorUnavailable: gpsd closed the connection, or does not speak its protocol.
        """
        until_s = self._monotonic() + timeout_s
        self._send(_WATCH)
        position = None
        while position is None:
            position = position_of(self._line(until_s))
        return position

    def close(self) -> None:
        """Stop watching, so that gpsd can let the receiver sleep."""
        # A connection that gpsd has closed already needs no goodbye.
        with contextlib.suppress(SensorUnavailable):
            self._send(_UNWATCH)
        self._socket.close()

    def _send(self, command: bytes) -> None:
        try:
            self._socket.sendall(command)
        except OSError as error:
            raise SensorUnavailable from error

    def _line(self, until_s: float) -> bytes:
        while b"\n" not in self._pending:
            self._pending += self._receive(until_s)
            if len(self._pending) > _LONGEST_LINE:
                raise SensorUnavailable
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    def _receive(self, until_s: float) -> bytes:
        remaining_s = until_s - self._monotonic()
        if remaining_s <= 0:
            raise SensorTimeout
        self._socket.settimeout(remaining_s)
        try:
            chunk = self._socket.recv(_CHUNK)
        except TimeoutError as error:
            raise SensorTimeout from error
        except OSError as error:
            raise SensorUnavailable from error
        if not chunk:
            raise SensorUnavailable
        return chunk


def position_of(line: bytes) -> Position | None:
    """The fix that a line of gpsd reports; None where it reports none."""
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
        )
    except InvalidPosition:
        return None


def _number(members: dict[str, object], name: str, default: float) -> float:
    value = members.get(name)
    return value if isinstance(value, int | float) else default

"""Positions of platforms that call back with them, on whichever thread they like.

Rules:

1. the gate is asked at each position: without a live grant it is dropped, and the sensor closes;
2. of several positions only the last one is kept, until it is read or the sensor closes;
3. the platform's receiver runs while a sensor is open and no longer, however many there are;
4. what is no place on Earth is passed over.
"""

from collections.abc import Callable
from threading import Condition, RLock
from typing import Final

from nabij._errors import SensorError, SensorTimeout, SensorUnavailable
from nabij._gate import Refused
from nabij._live import GpsGrant
from nabij_geo import InvalidPosition, Position

__all__ = ["PushedPositions", "Receiver"]

_CLOSED: Final = "The sensor is closed. Start another one."


class PushedPositions:
    """A sensor that waits for what is pushed; ``stop`` is called once, when it closes."""

    def __init__(self, grant: GpsGrant, stop: Callable[["PushedPositions"], None]) -> None:
        self._grant = grant
        self._stop = stop
        self._changed = Condition()
        self._latest: Position | SensorError | None = None
        self._closed = False

    @property
    def is_wanted(self) -> bool:
        """Whether it is open and the grant is live."""
        return not self._closed and not isinstance(self._grant.now(), Refused)

    def push(self, latitude_deg: float, longitude_deg: float, accuracy_m: float) -> None:
        """A position has come."""
        if not self.is_wanted:
            self.close()
            return
        try:
            position = Position(latitude_deg, longitude_deg, accuracy_m)
        except InvalidPosition:
            return
        self._put(position)

    def fail(self, error: SensorError) -> None:
        """No position will come: who reads gets ``error``."""
        self._put(error)

    def read(self, timeout_s: float) -> Position:
        """Wait at most ``timeout_s`` seconds for the next position.

        Raises:
            SensorTimeout: there was none.
            SensorError: the platform gives none, or the sensor is closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._latest is not None, timeout_s)
            latest, self._latest = self._latest, None
        if self._closed:
            raise SensorUnavailable(_CLOSED)
        if latest is None:
            raise SensorTimeout
        if isinstance(latest, SensorError):
            raise latest
        return latest

    def close(self) -> None:
        """Keep nothing, take nothing more, and let the receiver rest."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._latest = None
            self._changed.notify_all()
        self._stop(self)

    def _put(self, latest: Position | SensorError) -> None:
        with self._changed:
            if not self._closed:
                self._latest = latest
                self._changed.notify_all()


class Receiver:
    """The one receiver of a platform, for all its open sensors."""

    def __init__(self, switch_on: Callable[[], None], switch_off: Callable[[], None]) -> None:
        self._switch_on = switch_on
        self._switch_off = switch_off
        self._lock = RLock()
        self._sensors: set[PushedPositions] = set()

    def add(self, sensor: PushedPositions) -> None:
        """Push to ``sensor`` too; whatever switching on raises goes to the caller."""
        with self._lock:
            if not self._sensors:
                self._switch_on()
            self._sensors.add(sensor)

    def remove(self, sensor: PushedPositions) -> None:
        """Push to ``sensor`` no longer."""
        with self._lock:
            if sensor not in self._sensors:
                return
            self._sensors.remove(sensor)
            if not self._sensors:
                self._switch_off()

    def push(self, latitude_deg: float, longitude_deg: float, accuracy_m: float) -> None:
        """A position has come; 0 metres where the platform does not tell its accuracy."""
        with self._lock:
            sensors = tuple(self._sensors)
        for sensor in sensors:
            sensor.push(latitude_deg, longitude_deg, accuracy_m)

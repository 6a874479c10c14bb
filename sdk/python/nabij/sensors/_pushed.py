"""Positions of platforms that call back with them, on whichever thread they like.

Rules:

1. the gate is asked at each position: without a live grant it is dropped, and the sensor closes;
2. of several positions only the best one is kept, until it is read or the sensor closes; a reading
   waits for a better one as long as its window lasts;
3. the platform's receiver runs while a sensor is open and no longer, however many there are;
4. what is no place on Earth is passed over;
5. Core Location (iOS, macOS) begins with the position that it kept, however old: where the platform
   tells no time, the first one after the receiver was switched on is passed over there.
"""

import time
from collections.abc import Callable
from threading import Condition, RLock
from typing import Final

from nabij._errors import SensorError, SensorTimeout, SensorUnavailable
from nabij._gate import Refused
from nabij._live import GpsGrant
from nabij.sensors._windows import WINDOW_S, Window
from nabij_geo import InvalidPosition, Position

__all__ = ["PushedPositions", "Receiver"]

_CLOSED: Final = "The sensor is closed. Start another one."


class PushedPositions:
    """A sensor that waits for what is pushed; ``stop`` is called once, when it closes.

    Args:
        grant: under which it runs.
        stop: lets the receiver rest.
        window_s: how long it looks for a better position after the first one.
    """

    def __init__(
        self,
        grant: GpsGrant,
        stop: Callable[["PushedPositions"], None],
        window_s: float = WINDOW_S,
    ) -> None:
        self._grant = grant
        self._stop = stop
        self._window_s = window_s
        self._changed = Condition()
        self._window = self._new_window()
        self._error: SensorError | None = None
        self._closed = False

    def is_still_wanted(self) -> bool:
        """Return whether it is open and the grant is live; without a live grant it closes."""
        if not self._closed and isinstance(self._grant.now(), Refused):
            self.close()
        return not self._closed

    def push(
        self,
        latitude_deg: float,
        longitude_deg: float,
        accuracy_m: float | None = None,
        measured_s: float | None = None,
    ) -> None:
        """Take a position."""
        if not self.is_still_wanted():
            return
        try:
            position = Position(latitude_deg, longitude_deg, accuracy_m, measured_s)
        except InvalidPosition:
            return
        with self._changed:
            if not self._closed:
                self._window.add(position)
                self._changed.notify_all()

    def fail(self, error: SensorError) -> None:
        """No position will come: who reads gets ``error``."""
        with self._changed:
            self._error = error
            self._changed.notify_all()

    def read(self, timeout_s: float) -> Position:
        """Wait at most ``timeout_s`` seconds for the best position of a window.

        Raises:
            SensorTimeout: there was none.
            SensorError: the platform gives none, or the sensor is closed.
        """
        until_s = time.monotonic() + timeout_s
        with self._changed:
            while not (self._closed or self._error):
                left_s = self._window.left_s(until_s)
                if left_s <= 0:
                    break
                self._changed.wait(left_s)
            best, error = self._window.best, self._error
            self._window, self._error = self._new_window(), None
        if self._closed:
            raise SensorUnavailable(_CLOSED)
        if error is not None:
            raise error
        if best is None:
            raise SensorTimeout
        return best

    def close(self) -> None:
        """Keep nothing, take nothing more, and let the receiver rest."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._window = self._new_window()
            self._changed.notify_all()
        self._stop(self)

    def _new_window(self) -> Window:
        return Window(self._window_s, time.monotonic)


class Receiver:
    """The one receiver of a platform, for all its open sensors.

    Args:
        switch_on: lets it run.
        switch_off: lets it rest.
        keeps: tells whether the first position may be one that the platform kept, of no known time.
    """

    def __init__(
        self,
        switch_on: Callable[[], None],
        switch_off: Callable[[], None],
        keeps: Callable[[], bool] = lambda: False,
    ) -> None:
        self._switch_on = switch_on
        self._switch_off = switch_off
        self._keeps = keeps
        self._passes_over = False
        self._lock = RLock()
        self._sensors: set[PushedPositions] = set()

    def add(self, sensor: PushedPositions) -> None:
        """Push to ``sensor`` too; whatever switching on raises goes to the caller."""
        with self._lock:
            if not self._sensors:
                self._passes_over = self._keeps()
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

    def push(
        self,
        latitude_deg: float,
        longitude_deg: float,
        accuracy_m: float | None = None,
        measured_s: float | None = None,
    ) -> None:
        """Take a position, without accuracy or time where the platform tells none."""
        with self._lock:
            sensors = tuple(self._sensors)
            passes_over, self._passes_over = self._passes_over, False
        for sensor in sensors:
            if sensor.is_still_wanted() and not passes_over:
                sensor.push(latitude_deg, longitude_deg, accuracy_m, measured_s)

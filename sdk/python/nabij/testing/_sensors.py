"""Sensors that read what they are given."""

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Generic, Self, TypeVar

from nabij._errors import SensorError, SensorTimeout
from nabij._live import LiveGrant
from nabij.sensors import Access, Reading, Vouched
from nabij.sensors.replay import read_nmea
from nabij.testing._clock import ManualClock
from nabij_geo import Position

_ALL: Final = Vouched(just_read=True, accurate=True)

ReadingT = TypeVar("ReadingT", bound=Reading)


class FakeSensor(Generic[ReadingT]):
    """An adapter of any signal, and the sensor that it starts, that counts how it was used.

    Args:
        readings: what it reads, one after the other; then it times out. An error is raised.
        while_reading: happens during each reading, for instance a withdrawal.
        access: what the operating system lets the app read, until ``allow`` changes it.
        vouches: what it answers for where a position has no time or no accuracy.
        answer: what the customer answers when the operating system asks.

    Attributes:
        asks: how often the operating system asked.
        starts: how often it was started.
        reads: how often it was read.
        closes: how often it was closed.
    """

    def __init__(
        self,
        *readings: ReadingT | SensorError,
        while_reading: Callable[[], object] | None = None,
        access: Access = Access.NOT_NEEDED,
        answer: Access = Access.PRECISE,
        vouches: Vouched = _ALL,
    ) -> None:
        self._readings = deque(readings)
        self._while_reading = while_reading
        self._access = access
        self.answer = answer
        self.vouches = vouches
        self.asks = self.starts = self.reads = self.closes = 0

    def give(self, *readings: ReadingT | SensorError) -> None:
        """Read these too, after what it was given before."""
        self._readings.extend(readings)

    def allow(self, access: Access) -> None:
        """Let the operating system say this from now on, as when settings are changed."""
        self._access = access

    def access(self) -> Access:
        """Return what the operating system allows now."""
        return self._access

    def ask(self, grant: LiveGrant, then: Callable[[], None]) -> None:
        """Let the operating system ask, and get ``answer``.

        Raises:
            NotPermitted: the grant has ended.
        """
        LiveGrant.admit(grant)
        self.asks += 1
        self._access = self.answer
        then()

    def start(self, grant: LiveGrant) -> Self:
        """Start.

        Raises:
            NotPermitted: the grant has ended.
        """
        LiveGrant.admit(grant)
        self.starts += 1
        return self

    def read(self, timeout_s: float) -> ReadingT:  # noqa: ARG002 - it has its answer ready
        """Return the next reading.

        Raises:
            SensorError: one was given in place of a reading, or none is left.
        """
        self.reads += 1
        if self._while_reading is not None:
            self._while_reading()
        reading = self._readings.popleft() if self._readings else SensorTimeout()
        if isinstance(reading, SensorError):
            raise reading
        return reading

    def close(self) -> None:
        """Stop."""
        self.closes += 1


class SteadySensor(FakeSensor[ReadingT]):
    """A ``FakeSensor`` that reads the same again and again.

    Attributes:
        reading: what it reads; may be set to another.
    """

    def __init__(self, reading: ReadingT, *, access: Access = Access.NOT_NEEDED) -> None:
        super().__init__(access=access)
        self.reading = reading

    def read(self, timeout_s: float) -> ReadingT:
        """Return the reading."""
        self.give(self.reading)
        return super().read(timeout_s)


class NmeaPlayer(FakeSensor[Position]):
    """A ``FakeSensor`` that plays an NMEA 0183 log as the clock goes on.

    Before the clock is turned it reads the first fix; after the last one it is silent.

    Args:
        log: what a receiver wrote.
        clock: whose time it plays in, from now.
        every: how far apart the fixes are.
    """

    def __init__(
        self, log: bytes, clock: ManualClock, *, every: timedelta = timedelta(seconds=1)
    ) -> None:
        super().__init__()
        self._fixes = tuple(read_nmea(log))
        self._clock = clock
        self._begun_at = clock()
        self._every = every

    def read(self, timeout_s: float) -> Position:
        """Return the fix of this time.

        Raises:
            SensorTimeout: there is none.
        """
        place = (self._clock() - self._begun_at) // self._every
        if 0 <= place < len(self._fixes):
            self.give(self._fixes[place])
        return super().read(timeout_s)

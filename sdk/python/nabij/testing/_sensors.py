"""Sensors that read what they are given."""

from collections.abc import Callable
from typing import Self

from nabij._errors import SensorError, SensorTimeout
from nabij.sensors import Reading


class FakeSensor:
    """A sensor, and the factory of itself, that counts how often it was used.

    Args:
        readings: what it reads, one after the other; then it times out. An error is raised.
        while_reading: happens during each reading, for instance a withdrawal.

    Attributes:
        starts: how often it was started.
        reads: how often it was read.
        closes: how often it was closed.
    """

    def __init__(
        self, *readings: Reading | SensorError, while_reading: Callable[[], object] | None = None
    ) -> None:
        self._readings = iter(readings)
        self._while_reading = while_reading
        self.starts = self.reads = self.closes = 0

    def __call__(self) -> Self:
        """Start."""
        self.starts += 1
        return self

    def read(self, timeout_s: float) -> Reading:  # noqa: ARG002 - it has its answer ready
        """The next reading.

        Raises:
            SensorError: one was given in place of a reading, or none is left.
        """
        self.reads += 1
        if self._while_reading is not None:
            self._while_reading()
        reading = next(self._readings, SensorTimeout())
        if isinstance(reading, SensorError):
            raise reading
        return reading

    def close(self) -> None:
        """Stop."""
        self.closes += 1

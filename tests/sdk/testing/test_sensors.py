"""What ``nabij.testing`` ships behaves as it says."""

from datetime import timedelta

import pytest

from nabij import SensorTimeout, Unsupported
from nabij.testing import FakeSensor, ManualClock
from tests.sdk.service import NOW, UTRECHT


def test_a_clock_stands_still_until_told() -> None:
    clock = ManualClock(NOW)
    assert clock() == clock() == NOW
    clock.advance(timedelta(hours=-1))
    assert clock() == NOW - timedelta(hours=1)


def test_a_sensor_reads_what_it_was_given_and_then_times_out() -> None:
    sensor = FakeSensor(Unsupported(), UTRECHT)
    with pytest.raises(Unsupported):
        sensor.read(1.0)
    assert sensor.read(1.0) is UTRECHT
    with pytest.raises(SensorTimeout):
        sensor.read(1.0)
    sensor.give(UTRECHT)
    assert sensor.read(1.0) is UTRECHT
    sensor.close()
    assert (sensor.starts, sensor.reads, sensor.closes) == (0, 4, 1)

"""What ``nabij.testing`` ships behaves as it says."""

from datetime import timedelta
from pathlib import Path

import pytest

import nabij
from nabij import SensorTimeout, Unsupported
from nabij.sensors import WifiState
from nabij.testing import FakeSensor, ManualClock, NmeaPlayer, Phone, SteadySensor
from tests.sdk.service import NOW, UTRECHT

_FIX = b"$GPGGA,175736,5125.8714,N,00524.2350,E,1,04,3.40,60.28,M,46.999,M,,*79\r\n"
_NORTH = b"$GPGGA,175736,5225.8714,N,00524.2350,E,1,04,3.40,60.28,M,46.999,M,,*7A\r\n"


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


def test_a_steady_sensor_reads_the_same_until_it_is_set() -> None:
    online, offline = WifiState(connected=True), WifiState(connected=False)
    sensor = SteadySensor(online)
    assert sensor.read(1.0) is sensor.read(1.0) is online
    sensor.reading = offline
    assert sensor.read(1.0) is offline
    assert sensor.reads == 3


def test_a_player_goes_on_with_the_clock() -> None:
    clock = ManualClock(NOW)
    player = NmeaPlayer(_FIX + _NORTH, clock, every=timedelta(seconds=30))
    assert player.read(1.0) == player.read(1.0)
    assert player.read(1.0).latitude_deg == pytest.approx(51.43119)
    clock.advance(timedelta(seconds=30))
    assert player.read(1.0).latitude_deg == pytest.approx(52.43119)
    clock.advance(timedelta(seconds=30))
    with pytest.raises(SensorTimeout):
        player.read(1.0)
    assert player.reads == 5


def test_a_log_of_somebody_who_stays_becomes_a_square(memory: Path) -> None:
    phone = Phone(memory)
    phone.sensors["gps"] = NmeaPlayer(_FIX * 11, phone.clock, every=timedelta(minutes=1))
    queued: list[bool] = []
    with nabij.Client(**phone.arguments("eva")) as client:
        client.grant(client.notice(), ["gps"])
        for _look in range(3):
            queued.append("gps" in client.collect().queued)
            phone.wait(timedelta(minutes=5))
    assert queued == [False, False, True]

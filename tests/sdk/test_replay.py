"""Replaying recordings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij import Position, SensorTimeout
from nabij.sensors.replay import Replay, read_nmea
from tests.sdk.service import Phone

GGA = "GPGGA,175736,5125.8714,N,00524.2350,E,1,04,3.40,60.28,M,46.999,M,,"
RMC = "GNRMC,175736,A,5125.8714,N,00524.2350,W,3.1865,276.241,200610,,"


def sentence(body: str) -> bytes:
    checksum = 0
    for byte in body.encode():
        checksum ^= byte
    return f"${body}*{checksum:02X}\r\n".encode()


def close_to(position: Position, latitude_deg: float, longitude_deg: float) -> bool:
    return (position.latitude_deg, position.longitude_deg) == pytest.approx(
        (latitude_deg, longitude_deg), abs=1e-9
    )


def test_a_published_sentence_is_a_fix() -> None:
    published = b"$GPGGA,175736,5125.8714,N,00524.2350,E,1,04,3.40,60.28,M,46.999,M,,*79"
    (position,) = read_nmea(published)
    assert close_to(position, 51.43119, 5.4039166667)


@pytest.mark.parametrize(
    ("body", "latitude_deg", "longitude_deg"),
    [
        (GGA, 51.43119, 5.4039166667),
        (RMC, 51.43119, -5.4039166667),
        (GGA.replace("N,", "S,"), -51.43119, 5.4039166667),
    ],
    ids=["GGA", "RMC", "south"],
)
def test_hemispheres_are_signs(body: str, latitude_deg: float, longitude_deg: float) -> None:
    (position,) = read_nmea(sentence(body))
    assert close_to(position, latitude_deg, longitude_deg)


@pytest.mark.parametrize(
    "log",
    [
        sentence(GGA.replace("E,1,", "E,0,")),
        sentence(RMC.replace(",A,", ",V,")),
        sentence(GGA).replace(b"5125", b"5126"),
        sentence("GPGGA,235946.005,8960.000000,N,00000.000000,E,0,0"),
        sentence("GPGGA,1,9960.0,N,00000.0,E,1,0"),
        sentence(GGA.replace("5125.8714", "")),
        sentence(GGA.replace("5125.8714", "nan")),
        sentence(GGA.replace("N,", "X,")),
        sentence("GPGSA,A,3,14,30"),
        sentence("GPGGA"),
        b"# a comment\n$POLYN,ALM,0,00000000\n",
        b"",
    ],
    ids=str,
)
def test_what_is_no_fix_is_passed_over(log: bytes) -> None:
    assert list(read_nmea(log + sentence(GGA))) == list(read_nmea(sentence(GGA)))


@given(st.binary(max_size=60), st.integers(1, len(GGA)))
def test_junk_and_torn_sentences_are_tolerated(junk: bytes, torn: int) -> None:
    before = junk.replace(b"$", b"") + sentence(GGA)[:torn]
    assert len(list(read_nmea(before + sentence(GGA)))) == 1


def test_a_recording_goes_on_where_it_stopped_and_is_silent_at_its_end(tmp_path: Path) -> None:
    log = tmp_path / "walk.log"
    log.write_bytes(sentence(GGA) + sentence(RMC))
    replay = Replay.of_nmea(log)
    grant = Phone().granted("gps").gps_grant()
    first = replay.start(grant)
    east = first.read(1.0)
    first.close()
    west = replay.start(grant).read(1.0)
    assert (east.longitude_deg, west.longitude_deg) == pytest.approx((5.40391667, -5.40391667))
    with pytest.raises(SensorTimeout):
        replay.start(grant).read(1.0)


def test_positions_can_be_given_directly() -> None:
    place = Position(52.1, 5.1)
    assert Replay([place]).read(0.0) is place

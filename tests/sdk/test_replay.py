"""Replaying recordings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij import NotPermitted, Position, SensorTimeout
from nabij.sensors import Access, GpsAdapter
from nabij.sensors.replay import Replay, read_gpx, read_nmea
from tests.sdk.sensors.grants import Consent

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
    grant = Consent().gps()
    first = replay.start(grant)
    east = first.read(1.0)
    first.close()
    west = replay.start(grant).read(1.0)
    assert (east.longitude_deg, west.longitude_deg) == pytest.approx((5.40391667, -5.40391667))
    with pytest.raises(SensorTimeout):
        replay.start(grant).read(1.0)


def test_positions_can_be_given_directly() -> None:
    place = Position(52.1, 5.1)
    adapter: GpsAdapter = Replay([place])
    assert adapter.access() is Access.NOT_NEEDED
    assert adapter.start(Consent().gps()).read(0.0) is place


def test_a_reading_takes_the_best_of_its_window_and_leaves_recorded_times_out() -> None:
    way = [
        Position(52.0 + north, 5.1, accuracy_m, 1_780_306_200.0)
        for north, accuracy_m in enumerate((40.0, 8.0, 15.0, 900.0, 30.0))
    ]
    sensor = Replay(way, window=3).start(Consent().gps())
    assert [sensor.read(0.0) for _ in range(2)] == [
        *(Position(53.0, 5.1, 8.0), Position(56.0, 5.1, 30.0))
    ]
    with pytest.raises(SensorTimeout):
        sensor.read(0.0)


def test_nothing_is_replayed_without_consent() -> None:
    consent = Consent()
    grant = consent.gps()
    consent.withdraw()
    with pytest.raises(NotPermitted):
        Replay([Position(52.1, 5.1)]).start(grant)


GPX = b"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="somebody" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="50.0" lon="4.0"><name>Home</name></wpt>
<trk><name>Walk</name><trkseg>
<trkpt lat="52.1" lon="5.1"><ele>3</ele><time>2026-06-01T09:30:00Z</time></trkpt>
<trkpt lat="52.2" lon="-5.2"/>
</trkseg></trk><rte><rtept lat="-52.3" lon="5.3"/></rte></gpx>"""


def test_points_of_tracks_and_routes_are_replayed_and_waypoints_are_not(tmp_path: Path) -> None:
    document = tmp_path / "walk.gpx"
    document.write_bytes(GPX)
    sensor = Replay.of_gpx(document).start(Consent().gps())
    assert [sensor.read(0.0) for _ in range(3)] == [
        *(Position(52.1, 5.1), Position(52.2, -5.2), Position(-52.3, 5.3))
    ]
    with pytest.raises(SensorTimeout):
        sensor.read(0.0)


@pytest.mark.parametrize(
    "point",
    [b'lat="91" lon="5"', b'lat="x" lon="5"', b'lat="nan" lon="5"', b'lat="5"', b""],
    ids=str,
)
def test_a_point_that_is_no_place_is_passed_over(point: bytes) -> None:
    assert read_gpx(b"<gpx><trkpt %s/><trkpt lat='52.1' lon='5.1'/></gpx>" % point) == [
        Position(52.1, 5.1)
    ]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"lat 52.1 lon 5.1", "no GPX"),
        (b"", "no GPX"),
        (GPX[:300], "no GPX"),
        (b'<!DOCTYPE g [<!ENTITY a "52.1"><!ENTITY b "&a;&a;">]><gpx>&b;</gpx>', "document type"),
        (b'<!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx/>', "document type"),
    ],
)
def test_what_is_no_gpx_or_declares_a_type_is_refused_without_repeating_it(
    document: bytes, why: str
) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        read_gpx(document)
    assert "52.1" not in f"{refused.value} {refused.value.__context__}"

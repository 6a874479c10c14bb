"""The gpsd sensor: against the real gpsd, fed by gpsfake from receivers' logs, and against none."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from nabij import (
    Cell,
    OutsideEurope,
    Position,
    SensorError,
    SensorTimeout,
    SensorUnavailable,
    StaleFix,
)
from nabij._callbacks import system_time
from nabij.sensors.gpsd import Gpsd, GpsdSensor, position_of
from nabij_consent import Signal
from tests.sdk.service import NOW, Phone, answer, said

LOGS = Path(__file__).parents[3] / "shared" / "data" / "nmea"

needs_gpsd = pytest.mark.skipif(
    not (shutil.which("gpsfake") and LOGS.is_dir()),
    reason="needs gpsfake (apt-get install gpsd gpsd-clients) and receivers' logs in "
    "shared/data/nmea beside the checkout",
)


@contextmanager
def gpsd(log: str) -> Generator[int]:
    """A gpsd of our own that replays a log over and over; yields its port."""
    with TemporaryDirectory() as sockets:
        # Somebody else may take the port between the question and gpsd's own.
        started = (_gpsfake(log, free_port(), sockets) for _ in range(3))
        gpsfake, port = next(each for each in started if each is not None)
        try:
            yield port
        finally:
            _kill(gpsfake)


def _gpsfake(log: str, port: int, sockets: str) -> "tuple[subprocess.Popen[bytes], int] | None":
    command = ["gpsfake", "-q", "-n", "-p", "-P", str(port), str(LOGS / log)]
    gpsfake = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": sockets},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert gpsfake.stdout is not None
    if b"VERSION" in gpsfake.stdout.readline():
        return gpsfake, port
    _kill(gpsfake)
    return None


def _kill(gpsfake: "subprocess.Popen[bytes]") -> None:
    # On SIGTERM gpsfake may wait for ever for a gpsd that has ended already.
    os.killpg(gpsfake.pid, signal.SIGKILL)
    gpsfake.communicate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@needs_gpsd
@pytest.mark.parametrize(
    ("log", "code"),
    [
        ("tomtom-mkII.log", "CRS3035RES1000mN3156000E4001000"),
        ("mtk-3301.log", "CRS3035RES1000mN3238000E4108000"),
        ("bu303-moving.log", "CRS3035RES1000mN2601000E4134000"),
    ],
    ids=["Veldhoven", "Enschede", "Adelboden"],
)
def test_a_receivers_log_becomes_its_official_square(log: str, code: str) -> None:
    phone = Phone().granted("gps")
    with gpsd(log) as port:
        collected = phone.collect({"gps": Gpsd(port=port)}, timeout_s=30.0)
    assert collected.queued == (Signal.GPS,)
    phone.play(phone.engine.report(), answer({"accepted": [], "refused": []}))
    assert said(phone.calls[-1])["reports"][0]["cell"] == code


@needs_gpsd
def test_a_receiver_in_australia_is_outside_the_grid() -> None:
    phone = Phone().granted("gps")
    with gpsd("ublox-neo-m8n.log") as port:
        collected = phone.collect({"gps": Gpsd(port=port)}, timeout_s=30.0)
    assert isinstance(collected.failed[Signal.GPS], OutsideEurope)


@needs_gpsd
def test_reads_again_on_the_same_connection() -> None:
    with gpsd("tomtom-mkII.log") as port:
        sensor = GpsdSensor(port=port)
        squares = {Cell.containing(sensor.read(30.0)).code for _ in range(3)}
        sensor.close()
    assert squares == {"CRS3035RES1000mN3156000E4001000"}


def test_no_gpsd_is_an_unavailable_sensor() -> None:
    with pytest.raises(SensorUnavailable):
        GpsdSensor(port=free_port())


def test_a_silent_gpsd_times_out_and_a_gone_one_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        sensor = GpsdSensor(port=server.getsockname()[1])
        with pytest.raises(SensorTimeout):
            sensor.read(0.01)
        server.accept()[0].close()
        with pytest.raises(SensorUnavailable):
            sensor.read(5.0)
        sensor.close()


def test_reports_without_a_fix_do_not_prolong_the_wait() -> None:
    ticks = iter(range(100))
    with socket.create_server(("127.0.0.1", 0)) as server:
        sensor = GpsdSensor(port=server.getsockname()[1], monotonic=lambda: next(ticks))
        connection, _ = server.accept()
        connection.sendall(b'{"class":"TPV","mode":1}\r\n' * 3)
        with pytest.raises(SensorTimeout):
            sensor.read(2.0)
        sensor.close()
        said_by_us = connection.recv(4096)
        connection.close()
    assert said_by_us.startswith(b'?WATCH={"enable":true,"json":true};\n')
    assert said_by_us.endswith(b'?WATCH={"enable":false};\n')


def test_a_line_without_end_is_not_gpsd() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        sensor = GpsdSensor(port=server.getsockname()[1])
        connection, _ = server.accept()
        connection.sendall(bytes(70_000))
        with pytest.raises(SensorUnavailable):
            sensor.read(5.0)
        sensor.close()
        connection.close()


@pytest.mark.parametrize(
    ("line", "position"),
    [
        (b'{"class":"TPV","mode":2,"lat":52.1,"lon":5.1}', Position(52.1, 5.1)),
        (b'{"class":"TPV","mode":3,"lat":52,"lon":-5,"eph":7.5}\r', Position(52, -5, 7.5)),
        (
            b'{"class":"TPV","mode":3,"lat":1.5,"lon":5.1,"epx":3.0,"epy":4.0}',
            Position(1.5, 5.1, 4),
        ),
        (b'{"class":"TPV","mode":1,"lat":52.1,"lon":5.1}', None),
        (b'{"class":"TPV","mode":3,"lat":52.1}', None),
        (b'{"class":"TPV","mode":3,"lat":91,"lon":5}', None),
        (b'{"class":"TPV","mode":"3","lat":52,"lon":"5"}', None),
        (b'{"class":"TPV","mode":3,"lat":52,"lon":5,"eph":1e999}', None),
        (b'{"class":"SKY","satellites":[]}', None),
        (b"$GPGGA,175736,5125.8714,N,00524.2350,E,1", None),
        (b"[1]", None),
        (b"\xff", None),
        (b"", None),
    ],
    ids=str,
)
def test_only_a_whole_fix_is_a_position(line: bytes, position: Position | None) -> None:
    assert position_of(line, NOW) == position


@pytest.mark.parametrize(
    ("time", "measured_at"),
    [
        ("2026-06-01T09:29:58.000Z", NOW - timedelta(seconds=2)),
        ("2026-05-31T09:30:00.000Z", NOW - timedelta(days=1)),
        ("2026-05-31T09:29:59.000Z", None),
        ("2026-06-01T09:35:00.000Z", NOW + timedelta(minutes=5)),
        ("2026-06-01T09:35:01.000Z", None),
        ("2006-10-16T09:30:00.000Z", None),  # 1,024 weeks: a counter of ten bits
        ("2026-06-01T09:29:58", None),
        ("yesterday", None),
        (1_780_306_198, None),
        (None, None),
    ],
)
def test_the_receivers_time_counts_where_it_can_be(
    time: object, measured_at: datetime | None
) -> None:
    report = {"class": "TPV", "mode": 3, "lat": 52.1, "lon": 5.1, "time": time}
    fix = position_of(json.dumps(report).encode(), NOW)
    measured_s = None if measured_at is None else measured_at.timestamp()
    assert fix == Position(52.1, 5.1, measured_s=measured_s)


def served(connection: socket.socket, *reports: tuple[float, str]) -> None:
    for eph, time in reports:
        report = {"class": "TPV", "mode": 3, "lat": 52.1, "lon": 5.1, "eph": eph, "time": time}
        connection.sendall(json.dumps(report).encode() + b"\r\n")


def test_the_best_fix_of_a_window_is_read_and_not_the_first() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        sensor = GpsdSensor(port=server.getsockname()[1], clock=lambda: NOW)
        connection, _ = server.accept()
        now = "2026-06-01T09:29:58Z"
        served(connection, (900.0, now), (45.0, now), (60.0, now), (12.0, now), (5.0, now))
        assert sensor.read(30.0).accuracy_m == 12.0
        assert sensor.read(0.05).accuracy_m == 5.0
        sensor.close()
        connection.close()


def test_closing_wakes_whoever_waits_for_a_fix() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as thread:
        sensor = GpsdSensor(port=server.getsockname()[1])
        connection, _ = server.accept()
        reading = thread.submit(sensor.read, 60.0)
        assert connection.recv(4096).startswith(b"?WATCH")
        sensor.close()
        with pytest.raises(SensorUnavailable):
            reading.result(10.0)
        connection.close()


def test_gpsds_old_fix_is_worthless_and_an_implausible_time_is_left_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        adapter = Gpsd(port=server.getsockname()[1], window_s=0.0)
        phone = Phone(clock=system_time).granted("gps")
        assert isinstance(_collected(phone, adapter, server, minutes=6), StaleFix)
        assert _collected(phone, adapter, server, minutes=4) is None
        assert _collected(phone, adapter, server, minutes=1_024 * 7 * 24 * 60) is None


def _collected(
    phone: Phone, adapter: Gpsd, server: socket.socket, *, minutes: int
) -> SensorError | None:
    with ThreadPoolExecutor(1) as thread:
        collecting = thread.submit(phone.collect, {"gps": adapter}, timeout_s=10.0)
        connection, _ = server.accept()
        served(connection, (8.0, (system_time() - timedelta(minutes=minutes)).isoformat()))
        collected = collecting.result(20.0)
        connection.close()
    return collected.failed.get(Signal.GPS)

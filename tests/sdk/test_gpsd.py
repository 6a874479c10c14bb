"""The gpsd sensor: against the real gpsd, fed by gpsfake from receivers' logs, and against none."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from nabij import Cell, OutsideEurope, Position, SensorTimeout, SensorUnavailable
from nabij.sensors.gpsd import Gpsd, GpsdSensor, position_of
from nabij_consent import Signal
from tests.sdk.service import Phone, answer, said

LOGS = Path(__file__).parents[3] / "shared" / "data" / "nmea"

needs_gpsd = pytest.mark.skipif(
    not (shutil.which("gpsfake") and LOGS.is_dir()),
    reason="needs gpsfake (apt-get install gpsd gpsd-clients) and receivers' logs in "
    "shared/data/nmea beside the checkout",
)


@contextmanager
def gpsd(log: str) -> Generator[int]:
    """A gpsd of our own that replays a log over and over; yields its port."""
    port = free_port()
    command = ["gpsfake", "-q", "-n", "-p", "-P", str(port), str(LOGS / log)]
    with (
        TemporaryDirectory() as sockets,
        subprocess.Popen(
            command,
            env={**os.environ, "TMPDIR": sockets},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as gpsfake,
    ):
        try:
            assert gpsfake.stdout is not None
            assert b"VERSION" in gpsfake.stdout.readline(), "gpsd has not come up"
            yield port
        finally:
            # On SIGTERM gpsfake may wait for ever for a gpsd that has ended already.
            os.killpg(gpsfake.pid, signal.SIGKILL)


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
    assert position_of(line) == position

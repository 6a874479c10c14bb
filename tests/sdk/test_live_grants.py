"""Only the gate makes a live grant, and nothing is read, queued or sent without the right one."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from nabij import (
    DeviceReason,
    GpsGrant,
    GsmGrant,
    LiveGrant,
    NotPermitted,
    Position,
    Reason,
    WifiGrant,
)
from nabij._calls import status_call
from nabij._gate import Refused
from nabij.sensors import Access
from nabij.sensors.gpsd import Gpsd
from nabij.sensors.replay import Replay
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES, Signal
from tests.sdk.service import NOW, UTRECHT, Phone

_WRONG_CALLS = """
import nabij
from nabij.sensors import GpsAdapter, WifiState
from nabij.sensors.gpsd import Gpsd
from nabij.testing import FakeSensor


@nabij.gated("gps")
def read(grant: nabij.GpsGrant, where: str) -> int:
    return len(where)


def right(gps: Gpsd, grant: nabij.GpsGrant, client: nabij.Client) -> None:
    gps.start(grant)
    gps.start(client.live("gps"))
    print(read(client, "here").bit_length())


def wrong(gps: Gpsd, wifi: nabij.WifiGrant, client: nabij.Client) -> None:
    gps.start(wifi)  # wrong
    gps.start(client.live("wifi"))  # wrong
    gps.start()  # wrong
    gps.start(None)  # wrong
    gps.start(client)  # wrong
    nabij.GpsGrant()  # wrong
    nabij.GpsGrant(made_by_the_gate_alone=None)  # wrong
    read(wifi, "here")  # wrong
    read(client)  # wrong
    adapter: GpsAdapter = FakeSensor(WifiState(True, False, 1))  # wrong
    nabij.Client("https://nabij.example", token=lambda: None, sensors={"lidar": gps})  # wrong


@nabij.gated("gps")  # wrong
def mixed(grant: nabij.WifiGrant) -> None: ...
"""


@pytest.fixture
def phone() -> Phone:
    return Phone().granted("gps", "gsm")


def test_the_type_checker_refuses_every_wrong_call_and_no_right_one(tmp_path: Path) -> None:
    file = tmp_path / "calls.py"
    file.write_text(_WRONG_CALLS)
    pyright = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run([*pyright, file], capture_output=True, check=False, cwd=tmp_path)
    found = json.loads(done.stdout)["generalDiagnostics"]
    refused = {each["range"]["start"]["line"] for each in found if each["severity"] == "error"}
    lines = enumerate(_WRONG_CALLS.splitlines())
    assert refused == {number for number, line in lines if line.endswith("# wrong")}


@pytest.mark.parametrize("kind", [LiveGrant, GpsGrant, GsmGrant, WifiGrant])
def test_nobody_but_the_gate_makes_a_live_grant(kind: Callable[..., LiveGrant]) -> None:
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError, match="Only the gate"):
        kind(made_by_the_gate_alone=None)


@pytest.mark.parametrize(
    "adapter", [Gpsd(), Replay([UTRECHT])], ids=lambda each: type(each).__name__
)
def test_an_adapter_takes_no_grant_of_another_signal_and_nothing_else(
    phone: Phone, adapter: Gpsd | Replay
) -> None:
    gsm = phone.device.live(NEARBY_SOURCES, Signal.GSM)
    for wrong in (gsm, None, "gps", object()):
        with pytest.raises(TypeError, match="GpsGrant"):
            adapter.start(cast("Any", wrong))
        with pytest.raises(TypeError, match="GpsGrant"):
            adapter.ask(cast("Any", wrong), lambda: None)


@pytest.mark.parametrize(
    "adapter", [Gpsd(), Replay([UTRECHT])], ids=lambda each: type(each).__name__
)
def test_an_adapter_takes_no_grant_that_has_ended(phone: Phone, adapter: Gpsd | Replay) -> None:
    grant = phone.gps_grant()
    phone.withdraw_offline("gps")
    with pytest.raises(NotPermitted) as refused:
        adapter.start(grant)
    assert refused.value.reasons == (Reason.WITHDRAWN, Reason.NO_GRANT)
    with pytest.raises(NotPermitted):
        adapter.ask(grant, lambda: None)


def test_the_queue_takes_nothing_under_a_grant_that_has_ended(phone: Phone) -> None:
    grant = phone.gps_grant()
    phone.withdraw_offline("gps")
    with pytest.raises(NotPermitted):
        phone.device.enqueue(grant, UTRECHT)
    with pytest.raises(TypeError):
        phone.device.enqueue(cast("Any", None), UTRECHT)
    assert phone.device.store.rows() == ()


def test_the_transport_sends_nothing_under_a_grant_that_has_ended_or_is_another(
    phone: Phone,
) -> None:
    phone.device.enqueue(phone.gps_grant(), Position(52.0907, 5.1214, 8.0, NOW.timestamp()))
    ((grant, row),), _ = phone.device.cleared()
    gsm = phone.device.live(NEARBY_SOURCES, Signal.GSM)
    assert isinstance(gsm, GsmGrant)
    with pytest.raises(NotPermitted) as refused:
        status_call(phone.device, [(gsm, row)])
    assert refused.value.reasons == (DeviceReason.GRANT_CHANGED,)
    phone.withdraw_offline("gps")
    with pytest.raises(NotPermitted):
        status_call(phone.device, [(grant, row)])


def test_a_grant_does_not_outlive_its_epoch(phone: Phone) -> None:
    grant = phone.gps_grant()
    phone.granted("gps", epoch=2)
    assert grant.now() == Refused((DeviceReason.GRANT_CHANGED,))


def test_a_grant_tells_what_it_is_for_and_prints_nothing(phone: Phone) -> None:
    grant = phone.gps_grant()
    assert (grant.purpose, grant.signal, grant.epoch) == (NEARBY_SOURCES, Signal.GPS, 1)
    assert grant.resolution_m == 1_000
    assert repr(grant) == "<GpsGrant>"


@pytest.mark.parametrize(
    ("access", "reason"),
    [
        (Access.NONE, DeviceReason.OS_NONE),
        (Access.UNKNOWN, DeviceReason.OS_UNKNOWN),
        (Access.UNSUPPORTED, DeviceReason.UNSUPPORTED),
    ],
)
def test_what_the_operating_system_does_not_allow_is_not_started(
    phone: Phone, access: Access, reason: DeviceReason
) -> None:
    sensor = FakeSensor(UTRECHT, access=access)
    assert phone.collect({"gps": sensor}).refused == {Signal.GPS: (reason,)}
    assert sensor.starts == 0


def test_an_adapter_that_fails_to_tell_counts_as_one_that_will_not(phone: Phone) -> None:
    sensor = _Broken(UTRECHT)
    assert phone.collect({"gps": sensor}).refused == {Signal.GPS: (DeviceReason.OS_UNKNOWN,)}


class _Broken(FakeSensor[Position]):
    def access(self) -> Access:
        raise RuntimeError("driver")


def test_where_positions_are_approximate_the_square_is_of_ten_kilometres(phone: Phone) -> None:
    blurred = Position(52.0907, 5.1214, 2_000.0)
    phone.collect({"gps": FakeSensor(blurred, access=Access.APPROXIMATE)})
    assert phone.gps_grant().resolution_m == 10_000
    (row,) = phone.device.store.rows()
    assert row.to_document()["cell"] == "CRS3035RES10000mN3230000E3980000"


def test_what_was_read_before_the_operating_system_took_its_word_back_is_not_sent(
    phone: Phone,
) -> None:
    sensor = FakeSensor(UTRECHT)
    phone.collect({"gps": sensor})
    sensor.allow(Access.NONE)
    cleared, dropped = phone.device.cleared()
    assert cleared == []
    assert [reason for _, reason in dropped] == [DeviceReason.OS_NONE]
    assert phone.device.store.rows() == ()

"""Collecting and reporting: what is read, what waits, and what leaves the device."""

from collections.abc import Callable
from datetime import timedelta
from typing import cast
from uuid import UUID

import pytest

from nabij import (
    LEASE,
    Client,
    Collected,
    DeviceReason,
    NotReachable,
    OutsideEurope,
    Position,
    Reason,
    Rejected,
    SensorTimeout,
    SensorUnavailable,
    UnknownAnswer,
    Unsupported,
)
from nabij._wire import Answer
from nabij.sensors import GsmState, Reading, Sensors, WifiState
from nabij.testing import FakeSensor
from nabij.testing import Phone as PhoneOfAnApp
from nabij_consent import Signal
from tests.consent.values import RESEARCH
from tests.sdk.service import (
    DEVICE_ID,
    UTRECHT,
    UTRECHT_CELL,
    VELDHOVEN,
    Document,
    Phone,
    allowed,
    answer,
    consents,
    problem,
    recorded,
    said,
    served,
)

GSM = GsmState(connected=True)
WIFI = WifiState(connected=True)
ADELAIDE = Position(-34.9285, 138.6007)


@pytest.fixture
def phone() -> Phone:
    return Phone().granted("gps", "gsm")


def withdraw(phone: Phone) -> Callable[[], object]:
    return lambda: phone.play(phone.engine.withdraw(None, None), answer(recorded(allowed())))


def reports(phone: Phone) -> list[Document]:
    return said(phone.calls[-1])["reports"]


def receipts(phone: Phone, *refused: Document) -> Answer:
    """The service accepts everything that waits but ``refused``."""
    waiting = {str(row.id) for row in phone.device.store.rows()}
    accepted = waiting - {each["id"] for each in refused}
    return answer({"accepted": sorted(accepted), "refused": list(refused)})


def refusal(report_id: UUID, slug: str = "no-consent") -> Document:
    return {"id": str(report_id), "type": f"/problems/{slug}", "title": "No.", "status": 403}


def test_a_sensor_is_not_started_without_a_grant() -> None:
    sensor = FakeSensor(UTRECHT)
    collected = Phone().collect({"gps": sensor})
    assert collected == Collected((), {Signal.GPS: (DeviceReason.NOT_KNOWN,)}, {})
    assert sensor.starts == 0


@pytest.mark.parametrize("elapsed", [LEASE, -timedelta(hours=1), timedelta(days=400)])
def test_nor_when_the_lease_is_over(phone: Phone, elapsed: timedelta) -> None:
    phone.clock.advance(elapsed)
    sensor = FakeSensor(UTRECHT)
    assert phone.collect({"gps": sensor}).refused == {Signal.GPS: (DeviceReason.LEASE_OVER,)}
    assert sensor.starts == 0


def test_each_signal_is_permitted_apart(phone: Phone) -> None:
    gps, wifi = FakeSensor(UTRECHT), FakeSensor(WIFI)
    collected = phone.collect({"wifi": wifi, "gps": gps})
    assert collected.queued == (Signal.GPS,)
    assert collected.refused.keys() == {Signal.WIFI}
    assert (gps.starts, gps.reads, gps.closes) == (1, 1, 1)
    assert wifi.starts == 0


@pytest.mark.parametrize("error", [SensorTimeout(), Unsupported()])
def test_a_sensor_that_fails_is_closed_and_does_not_stop_the_others(
    phone: Phone, error: SensorTimeout | Unsupported
) -> None:
    failing = FakeSensor[Position](error)
    collected = phone.collect({"gps": failing, "gsm": FakeSensor(GSM)})
    assert collected == Collected((Signal.GSM,), {}, {Signal.GPS: error})
    assert failing.closes == 1


def test_a_sensor_is_closed_on_any_error(phone: Phone) -> None:
    def fail() -> None:
        raise RuntimeError("driver")

    sensor = FakeSensor(UTRECHT, while_reading=fail)
    collected = phone.collect({"gps": sensor, "gsm": FakeSensor(GSM)})
    assert isinstance(collected.failed[Signal.GPS], SensorUnavailable)
    assert collected.queued == (Signal.GSM,)
    assert sensor.closes == 1


@pytest.mark.parametrize(("signal", "reading"), [("gps", WIFI), ("gsm", UTRECHT), ("gsm", WIFI)])
def test_another_signals_reading_is_not_queued(phone: Phone, signal: str, reading: Reading) -> None:
    collected = phone.collect(cast("Sensors", {signal: FakeSensor(reading)}))
    assert isinstance(collected.failed[Signal(signal)], SensorUnavailable)
    assert phone.device.store.rows() == ()


def test_what_is_read_while_permission_ends_is_thrown_away(phone: Phone) -> None:
    sensor = FakeSensor(UTRECHT, while_reading=withdraw(phone))
    collected = phone.collect({"gps": sensor})
    assert collected.refused == {Signal.GPS: (Reason.WITHDRAWN, Reason.NO_GRANT)}
    assert phone.device.store.rows() == ()
    assert sensor.closes == 1


def test_what_is_read_under_one_grant_is_not_queued_under_the_next(phone: Phone) -> None:
    def change_grant() -> None:
        withdraw(phone)()
        phone.granted("gps", epoch=2)

    collected = phone.collect({"gps": FakeSensor(UTRECHT, while_reading=change_grant)})
    assert collected.refused == {Signal.GPS: (DeviceReason.GRANT_CHANGED,)}
    assert phone.device.store.rows() == ()


def test_a_position_outside_europe_has_no_square(phone: Phone) -> None:
    collected = phone.collect({"gps": FakeSensor(ADELAIDE)})
    error = collected.failed[Signal.GPS]
    assert isinstance(error, OutsideEurope)
    assert error.__context__ is None


def test_what_leaves_the_device_is_a_square_a_state_and_an_hour(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT), "gsm": FakeSensor(GSM)})
    report = phone.play(phone.engine.report(), receipts(phone))
    assert (report.accepted, report.refused) == (2, ())
    assert (phone.calls[-1].method, phone.paths()[-1]) == ("PUT", f"/v1/devices/{DEVICE_ID}/status")
    assert said(phone.calls[-1])["platform"] == "linux"
    gps, gsm = reports(phone)
    assert gps.pop("id") != gsm.pop("id")
    common = {"purpose": "nearby-sources", "epoch": 1, "hour": "2026-06-01T09:00:00+00:00"}
    assert gps == {**common, "signal": "gps", "cell": UTRECHT_CELL}
    assert gsm == {**common, "signal": "gsm", "connected": True}


def test_each_purpose_has_its_own_grants() -> None:
    phone = Phone()
    wifi = [{**each, "purpose": RESEARCH.slug} for each in allowed("wifi")]
    phone.play(phone.engine.refresh(), answer(consents(wifi)), answer(served()))
    assert phone.collect({"wifi": FakeSensor(WIFI)}).queued == ()
    assert phone.collect({"wifi": FakeSensor(WIFI)}, RESEARCH).queued == (Signal.WIFI,)
    phone.play(phone.engine.report(), receipts(phone))
    (report,) = reports(phone)
    assert report["purpose"] == "research"
    assert report["connected"] is True


def test_a_square_is_no_finer_than_was_agreed_to() -> None:
    phone = Phone()
    coarse = answer(consents(allowed("gps", resolution_m=100_000)))
    phone.granted("gps")
    phone.play(phone.engine.refresh(), coarse)
    phone.collect({"gps": FakeSensor(UTRECHT)})
    phone.play(phone.engine.report(), receipts(phone))
    assert reports(phone)[0]["cell"] == "CRS3035RES100000mN3200000E3900000"


def test_only_the_newest_reading_waits(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(VELDHOVEN)})
    phone.clock.advance(timedelta(hours=2))
    phone.collect({"gps": FakeSensor(UTRECHT)})
    phone.play(phone.engine.report(), receipts(phone))
    (report,) = reports(phone)
    assert (report["cell"], report["hour"]) == (UTRECHT_CELL, "2026-06-01T11:00:00+00:00")


def test_nothing_is_sent_where_nothing_waits(phone: Phone) -> None:
    report = phone.play(phone.engine.report())
    assert (report.accepted, report.refused) == (0, ())


def test_what_was_sent_is_not_sent_again(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT)})
    phone.play(phone.engine.report(), receipts(phone))
    assert phone.play(phone.engine.report()).accepted == 0


@pytest.mark.parametrize(
    ("lost", "error"),
    [(NotReachable(), NotReachable), (answer([]), UnknownAnswer), (problem("x", 413), Rejected)],
)
def test_what_was_not_confirmed_waits_on(
    phone: Phone, lost: NotReachable, error: type[Exception]
) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT)})
    with pytest.raises(error):
        phone.play(phone.engine.report(), lost)
    assert phone.play(phone.engine.report(), receipts(phone)).accepted == 1
    assert said(phone.calls[-1]) == said(phone.calls[-2])


def test_what_the_answer_does_not_name_waits_on(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT)})
    report = phone.play(phone.engine.report(), answer({"accepted": ["other"], "refused": []}))
    assert (report.accepted, report.refused) == (0, ())
    assert len(phone.device.store.rows()) == 1


def test_a_refused_report_is_dropped_and_the_signal_doubted(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT), "gsm": FakeSensor(GSM)})
    gps, _gsm = phone.device.store.rows()
    report = phone.play(phone.engine.report(), receipts(phone, refusal(gps.id)))
    assert (report.accepted, report.refused) == (1, ((gps.id, "/problems/no-consent"),))
    again = FakeSensor(UTRECHT)
    assert phone.collect({"gps": again}).refused == {Signal.GPS: (DeviceReason.NOT_KNOWN,)}
    assert again.starts == 0
    phone.play(phone.engine.refresh(), answer(consents(allowed("gps"))))
    assert phone.collect({"gps": again}).queued == (Signal.GPS,)


def test_rows_of_an_earlier_grant_are_dropped_unsent(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT)})
    phone.granted("gps", epoch=2)
    assert phone.device.store.rows() == ()
    assert phone.device.store.dropped() == {(Signal.GPS, "grant-changed"): 1}
    assert phone.play(phone.engine.report()).accepted == 0


def test_rows_are_not_sent_after_the_lease(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT)})
    (row,) = phone.device.store.rows()
    phone.clock.advance(LEASE)
    report = phone.play(phone.engine.report())
    assert report.refused == ((row.id, DeviceReason.LEASE_OVER),)


def test_a_withdrawal_while_reporting_is_told_next_and_leaves_nothing(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT)})
    (row,) = phone.device.store.rows()
    under_way = phone.engine.report()
    next(under_way)
    withdraw(phone)()
    with pytest.raises(StopIteration):
        under_way.send(answer({"accepted": [], "refused": [refusal(row.id)]}))
    assert phone.device.store.rows() == ()
    assert phone.play(phone.engine.report()).accepted == 0


def test_a_newer_reading_survives_the_answer_about_an_older_one(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(VELDHOVEN)})
    (old,) = phone.device.store.rows()
    under_way = phone.engine.report()
    next(under_way)
    phone.collect({"gps": FakeSensor(UTRECHT)})
    with pytest.raises(StopIteration):
        under_way.send(answer({"accepted": [str(old.id)], "refused": []}))
    assert [row.id for row in phone.device.store.rows()] != [old.id]
    assert len(phone.device.store.rows()) == 1


def test_nothing_printed_tells_where_the_phone_is(phone: Phone) -> None:
    collected = phone.collect({"gps": FakeSensor(UTRECHT)})
    (row,) = phone.device.store.rows()
    phone.play(phone.engine.report(), receipts(phone))
    printed = f"{collected} {row} {phone.calls[-1]} {phone.device} {phone.engine}"
    assert "CRS3035" not in printed
    assert "3231000" not in printed
    assert "52.09" not in printed


def test_what_waits_goes_in_one_request(nabij_phone: PhoneOfAnApp) -> None:
    with Client(**nabij_phone.arguments("eva"), coarsening="plain") as client:
        client.grant(client.notice(), ["gps", "gsm", "wifi"])
        client.collect()
        assert client.report().accepted == 3
    sent = [each.route for each in nabij_phone.service.requests]
    assert sent.count("PUT /v1/devices/{device_id}/status") == 1

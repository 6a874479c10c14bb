"""When a report goes, and what can be seen of it before."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from nabij import HeldReport, Holding, NotReachable, ServiceUnavailable
from nabij.__main__ import main
from nabij._shell import WHY, pending_of, preview_of
from nabij.sensors import Conditions, GsmState
from nabij.testing import FakeSensor
from tests.sdk.service import NOW, UTRECHT, UTRECHT_CELL, Phone, answer, said
from tests.sdk.test_store import dwell, phone_in


def waiting(phone: Phone) -> Phone:
    phone.granted("gps").collect({"gps": FakeSensor(UTRECHT)})
    return phone


def accepted(phone: Phone) -> dict[str, object]:
    return {"accepted": [str(each.id) for each in phone.device.store.rows()], "refused": []}


def fail(phone: Phone, error: NotReachable | ServiceUnavailable) -> None:
    with pytest.raises(type(error)):
        phone.play(phone.engine.report(), error)


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        (Conditions(metered=True), Holding.METERED),
        (Conditions(roaming=True), Holding.ROAMING),
        (Conditions(low_battery=True), Holding.LOW_BATTERY),
    ],
)
def test_a_bad_moment_holds_reports_and_never_withdrawals(
    conditions: Conditions, why: Holding
) -> None:
    phone = waiting(Phone(conditions=lambda: conditions))
    assert phone.play(phone.engine.report()).held == HeldReport(why)
    assert len(phone.device.store.rows()) == 1
    phone.withdraw_offline()
    assert phone.paths()[-1] == "/v1/consents/withdrawals"


def test_what_the_platform_cannot_tell_holds_nothing() -> None:
    phone = waiting(Phone(conditions=Conditions))
    assert phone.play(phone.engine.report(), answer(accepted(phone))).accepted == 1


def test_each_failure_in_a_row_doubles_the_longest_wait() -> None:
    phone = waiting(Phone(chance=lambda: 1.0))
    for seconds in (2, 4, 8, 16):
        fail(phone, NotReachable())
        until = phone.device.now() + timedelta(seconds=seconds)
        assert phone.play(phone.engine.report()).held == HeldReport(Holding.BACKING_OFF, until)
        phone.clock.advance(timedelta(seconds=seconds))
    assert phone.play(phone.engine.report(), answer(accepted(phone))).accepted == 1


def test_the_wait_is_random_and_never_longer_than_an_hour() -> None:
    phone = waiting(Phone(chance=lambda: 0.5))
    wait = timedelta(0)
    for _ in range(14):
        fail(phone, NotReachable())
        held = phone.play(phone.engine.report()).held
        assert held is not None
        assert held.until is not None
        wait = held.until - phone.device.now()
        phone.clock.advance(wait)
    assert wait == timedelta(minutes=30)


def test_what_the_service_asks_for_is_waited() -> None:
    phone = waiting(Phone(chance=lambda: 0.0))
    fail(phone, ServiceUnavailable(90))
    assert phone.play(phone.engine.report()).held == HeldReport(
        Holding.BACKING_OFF, NOW + timedelta(seconds=90)
    )
    phone.clock.advance(timedelta(seconds=90))
    assert phone.play(phone.engine.report(), answer(accepted(phone))).accepted == 1


def test_a_clock_that_was_set_back_ends_the_wait() -> None:
    phone = waiting(Phone(chance=lambda: 1.0))
    phone.clock.advance(timedelta(hours=1))
    fail(phone, ServiceUnavailable(3_600))
    phone.clock.advance(-timedelta(minutes=30))
    phone.play(phone.engine.report(), answer(accepted(phone)))


def test_the_preview_is_what_is_sent_and_says_why_of_each_field() -> None:
    phone = Phone()
    assert preview_of(phone.engine) is None
    phone.granted("gps", "gsm").collect(
        {
            "gps": FakeSensor(UTRECHT),
            "gsm": FakeSensor(GsmState(connected=True)),
        }
    )
    preview = preview_of(phone.engine)
    assert preview is not None
    phone.play(phone.engine.report(), answer(accepted(phone)))
    sent = said(phone.calls[-1])
    assert json.loads(preview.body) == sent
    assert (preview.method, preview.path) == ("PUT", phone.paths()[-1])
    fields = {"platform", "reports", *(name for each in sent["reports"] for name in each)}
    assert set(preview.why) == fields
    assert fields == set(WHY)
    assert UTRECHT_CELL not in repr(preview)


def test_pending_says_what_waits_and_what_is_untold() -> None:
    phone = waiting(Phone())
    (each,) = pending_of(phone.device).waiting
    assert (each.signal, dict(each.status)) == ("gps", {"cell": UTRECHT_CELL})
    assert UTRECHT_CELL not in repr(each)
    phone.withdraw_offline()
    pending = pending_of(phone.device)
    assert (pending.waiting, pending.untold) == ((), 1)
    assert dict(pending.dropped) == {("gps", "grant-ended"): 1}


def test_a_store_can_be_inspected_and_keeps_squares_to_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path)]) == 1
    assert "no store" in capsys.readouterr().err
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
    assert main(["inspect", str(tmp_path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [each["signal"] for each in shown["live_grant"]] == ["gps"]
    assert (shown["remembers_places"], shown["remembers_told_squares"]) == (True, 1)
    assert UTRECHT_CELL not in json.dumps(shown)
    main(["inspect", str(tmp_path), "--squares"])
    assert UTRECHT_CELL in capsys.readouterr().out
    with phone_in(tmp_path) as phone:
        phone.device.forget_places()
    main(["inspect", str(tmp_path)])
    assert not json.loads(capsys.readouterr().out)["remembers_places"]

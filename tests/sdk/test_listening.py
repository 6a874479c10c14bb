"""What a client does with a change that happened elsewhere, played by hand."""

import json
from uuid import UUID

import pytest

from nabij import (
    Allowed,
    Change,
    DeviceReason,
    DeviceState,
    NotReachable,
    NotSignedIn,
    Refused,
    ServiceUnavailable,
    UnknownAnswer,
)
from nabij._event_stream import ServerEvent
from nabij._listening import Listening
from nabij._wire import Answer
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES, EventKind, Locale, Signal
from tests.consent.values import notice
from tests.sdk.service import (
    DEVICE_ID,
    UTRECHT,
    Phone,
    allowed,
    answer,
    consents,
    problem,
    recorded,
    said,
    served,
)

ACKNOWLEDGEMENT = f"/v1/devices/{DEVICE_ID}/acknowledgement"
STARTED = UUID(int=1_000)


def consent_changed(number: int) -> ServerEvent:
    return ServerEvent("consent-changed", json.dumps({"number": number}), f"{number}-3")


def notice_changed(version: int) -> ServerEvent:
    return ServerEvent("notice-changed", json.dumps({"version": version}), f"1-{version}")


def nothing_permitted(as_of: int) -> Answer:
    return answer(consents(allowed(), as_of=as_of))


@pytest.fixture
def phone() -> Phone:
    """A phone that was granted gps with act 1, and has a position waiting."""
    phone = Phone()
    case = phone.engine.grant(
        phone.play(phone.engine.notice(Locale.NL), answer(served())), NEARBY_SOURCES, ["gps"]
    )
    phone.play(case, answer(recorded(allowed("gps"), as_of=1)))
    phone.collect({"gps": FakeSensor(UTRECHT)})
    phone.calls.clear()
    return phone


@pytest.fixture
def listening(phone: Phone) -> Listening:
    return Listening(phone.engine, STARTED)


def may(phone: Phone) -> object:
    return phone.permission(Signal.GPS)


def test_a_withdrawal_elsewhere_ends_permission_queue_and_position_and_is_acknowledged(
    phone: Phone, listening: Listening
) -> None:
    case = listening.heed(consent_changed(2))
    change = phone.play(case, nothing_permitted(2), answer({}))
    assert change is Change.CONSENT
    assert isinstance(may(phone), Refused)
    assert phone.device.store.rows() == ()
    assert phone.paths() == ["/v1/consents", ACKNOWLEDGEMENT]
    assert said(phone.calls[1]) == {"number": 2}


def test_a_reading_that_was_under_way_is_thrown_away(phone: Phone, listening: Listening) -> None:
    def withdrawn_meanwhile() -> None:
        phone.play(listening.heed(consent_changed(2)), nothing_permitted(2), answer({}))

    sensor = FakeSensor(UTRECHT, while_reading=withdrawn_meanwhile)
    collected = phone.collect({"gps": sensor})
    assert list(collected.refused) == [Signal.GPS]
    assert phone.device.store.rows() == ()


def test_an_own_act_is_only_acknowledged(phone: Phone, listening: Listening) -> None:
    assert phone.play(listening.heed(consent_changed(1)), answer({})) is Change.CONSENT
    assert phone.paths() == [ACKNOWLEDGEMENT]
    assert isinstance(may(phone), Allowed)
    assert len(phone.device.store.rows()) == 1


def test_what_was_acknowledged_is_not_acknowledged_again(
    phone: Phone, listening: Listening
) -> None:
    phone.play(listening.heed(consent_changed(2)), nothing_permitted(2), answer({}))
    phone.calls.clear()
    phone.play(listening.heed(consent_changed(2)))
    phone.play(phone.engine.refresh(), nothing_permitted(2))
    assert phone.paths() == ["/v1/consents"]


@pytest.mark.parametrize("number", [0, 1])
def test_acts_that_are_numbered_anew_are_news(
    phone: Phone, listening: Listening, number: int
) -> None:
    """The account was erased and is a new one, or the service was restored from a backup."""
    phone.play(listening.heed(consent_changed(3)), nothing_permitted(3), answer({}))
    phone.calls.clear()
    answers = [nothing_permitted(number), *([answer({})] if number else [])]
    assert phone.play(listening.heed(consent_changed(number)), *answers) is Change.CONSENT
    assert phone.paths() == ["/v1/consents", *([ACKNOWLEDGEMENT] if number else [])]
    phone.calls.clear()
    phone.play(listening.heed(consent_changed(2)), nothing_permitted(2), answer({}))
    assert [said(each) for each in phone.calls[1:]] == [{"number": 2}]


def test_a_notice_that_is_new_is_fetched_and_one_that_is_known_is_not(
    phone: Phone, listening: Listening
) -> None:
    assert phone.play(listening.heed(notice_changed(3)), answer({})) is Change.NOTICE
    phone.calls.clear()
    newer = answer(consents(allowed(), version=4, as_of=1))
    phone.play(listening.heed(notice_changed(4)), newer, answer(served(notice(version=4))))
    assert phone.paths() == ["/v1/consents", "/v1/notice"]


@pytest.mark.parametrize("failure", [NotReachable(), answer(None, 503), answer("no consents")])
def test_who_cannot_find_out_what_changed_permits_nothing(
    phone: Phone, listening: Listening, failure: Answer | NotReachable
) -> None:
    with pytest.raises((NotReachable, ServiceUnavailable, UnknownAnswer)):
        phone.play(listening.heed(consent_changed(2)), failure)
    assert may(phone) == Refused((DeviceReason.NOT_KNOWN,))


def test_an_event_that_was_not_applied_is_asked_for_again(
    phone: Phone, listening: Listening
) -> None:
    assert listening.call().headers == {"accept": "text/event-stream"}
    phone.play(listening.heed(consent_changed(1)), answer({}))
    with pytest.raises(NotReachable):
        phone.play(listening.heed(consent_changed(2)), nothing_permitted(2), NotReachable())
    assert listening.call().headers["last-event-id"] == "1-3"
    phone.play(listening.heed(consent_changed(2)), answer({}))
    assert listening.call().headers["last-event-id"] == "2-3"


def test_a_device_that_the_service_does_not_know_owes_it_nothing(
    phone: Phone, listening: Listening
) -> None:
    unknown = problem("not-found", 404)
    phone.play(listening.heed(consent_changed(2)), nothing_permitted(2), unknown)
    phone.play(listening.heed(consent_changed(2)))


def test_an_event_of_another_kind_is_passed_over(phone: Phone, listening: Listening) -> None:
    assert phone.play(listening.heed(ServerEvent("weather-changed", "rain", "9"))) is None
    assert listening.call().headers["last-event-id"] == "9"


@pytest.mark.parametrize("data", ["", "4", "[4]", "{}", '{"number": "4"}', '{"number": true}'])
def test_an_event_that_makes_no_sense_is_an_unknown_answer(
    phone: Phone, listening: Listening, data: str
) -> None:
    with pytest.raises(UnknownAnswer):
        phone.play(listening.heed(ServerEvent("consent-changed", data, "")))


def test_it_comes_back_ever_later_until_something_comes(listening: Listening) -> None:
    listening.call()
    list(listening.receive(b"retry: 500\n\n"))
    assert [listening.pause_s() for _ in range(3)] == [0.5, 1.0, 2.0]
    assert max(listening.pause_s() for _ in range(20)) == 300.0
    listening.call()
    list(listening.receive(b": hello\n\n"))
    assert listening.pause_s() == 300.0
    list(listening.receive(b": hello again\n\n"))
    assert listening.pause_s() == 0.5
    list(listening.receive(b"retry: 0\n\n"))
    listening.call()
    assert listening.pause_s() >= 0.5


def test_no_two_devices_need_come_back_at_the_same_time(phone: Phone) -> None:
    assert {Listening(phone.engine, UUID(int=each)).pause_s() for each in (0, 500, 999)} == {
        1.0,
        1.5,
        1.999,
    }


def test_a_refresh_acknowledges_too_and_does_not_fail_for_it(phone: Phone) -> None:
    phone.play(phone.engine.refresh(), nothing_permitted(2), NotReachable())
    assert isinstance(may(phone), Refused)
    phone.play(phone.engine.refresh(), nothing_permitted(2), answer({}))
    assert phone.paths() == ["/v1/consents", ACKNOWLEDGEMENT] * 2


def test_a_withdrawal_says_on_how_many_devices_it_has_stopped_and_hides_its_receipt(
    phone: Phone,
) -> None:
    states = ("stopped", "may-collect", "not-yet-reached")
    told = recorded(allowed(), as_of=2, devices=states, receipt="eyJ.secret.receipt")
    withdrawal = phone.play(phone.engine.withdraw(None, None), answer(told))
    assert withdrawal.stopped_on == "stopped on 2 of 3"
    assert [each.state for each in withdrawal.devices] == [DeviceState(each) for each in states]
    assert withdrawal.receipt == "eyJ.secret.receipt"
    assert "secret" not in repr(withdrawal)


def test_a_yes_and_a_no_come_with_their_receipt() -> None:
    phone = Phone()
    shown = phone.play(phone.engine.notice(Locale.NL), answer(served()))
    told = answer(recorded(allowed(), receipt="eyJ.secret.receipt"))
    for case in (
        phone.engine.grant(shown, NEARBY_SOURCES, ["gps"]),
        phone.engine.decline(EventKind.REFUSED, shown, NEARBY_SOURCES, ["gps"]),
    ):
        confirmation = phone.play(case, told)
        assert confirmation.receipt == "eyJ.secret.receipt"
        assert "secret" not in repr(confirmation)


def test_who_is_signed_out_hears_so(phone: Phone, listening: Listening) -> None:
    with pytest.raises(NotSignedIn):
        phone.play(listening.heed(consent_changed(2)), answer(None, 401))
    assert may(phone) == Refused((DeviceReason.NOT_KNOWN,))

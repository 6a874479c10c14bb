"""Asking, granting, refusing, deferring and withdrawing, played by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from nabij import (
    LEASE,
    Allowed,
    DeviceReason,
    NabijError,
    NoticeSuperseded,
    NotReachable,
    NotSignedIn,
    Permission,
    Reason,
    Refused,
    Rejected,
    ServiceUnavailable,
    UnknownAnswer,
)
from nabij._telling import Network
from nabij._wire import Answer, Identity
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES, EventKind, Locale, Signal
from tests.consent.values import RESEARCH, notice
from tests.sdk.service import (
    DEVICE_ID,
    NONCE,
    NOW,
    UTRECHT,
    UTRECHT_CELL,
    Phone,
    allowed,
    answer,
    consents,
    permission,
    problem,
    recorded,
    said,
    served,
    shown,
)

WITHDRAWALS = "/v1/consents/withdrawals"


@pytest.fixture
def phone() -> Phone:
    return Phone()


def may(phone: Phone, signal: Signal = Signal.GPS) -> Permission:
    return phone.permission(signal)


def refused(*reasons: Reason | DeviceReason) -> Refused:
    return Refused(reasons)


def test_a_notice_is_shown_in_the_language_asked_for(phone: Phone) -> None:
    seen = phone.play(phone.engine.notice(Locale.EN), answer(served(locale="en")))
    assert (seen.title, seen.body) == ("en: title", "en: body")
    assert phone.calls[0].params == {"locale": "en"}
    assert phone.calls[0].identity is Identity.IF_SIGNED_IN


def test_an_altered_notice_is_not_shown(phone: Phone) -> None:
    altered = served()
    altered["notice"]["grant_days"] = 366
    with pytest.raises(UnknownAnswer):
        phone.play(phone.engine.notice(Locale.NL), answer(altered))


def test_a_prompt_is_shown_where_it_may_be(phone: Phone) -> None:
    seen = phone.play(phone.engine.prompt(Locale.EN), answer(served(locale="en")))
    assert seen is not None
    assert (seen.title, phone.paths()) == ("en: title", ["/v1/consents/prompt"])
    assert phone.calls[0].identity is Identity.CUSTOMER


def test_nothing_is_shown_where_nothing_may_be_asked(phone: Phone) -> None:
    assert phone.play(phone.engine.prompt(Locale.NL), problem("nothing-to-ask", 409)) is None


def test_another_problem_of_a_prompt_is_told(phone: Phone) -> None:
    with pytest.raises(Rejected):
        phone.play(phone.engine.prompt(Locale.NL), problem("no-notice", 409))


def test_a_device_that_knows_nothing_permits_nothing(phone: Phone) -> None:
    assert may(phone) == refused(DeviceReason.NOT_KNOWN)


def test_a_grant_tells_what_was_agreed_to_and_permits_it(phone: Phone) -> None:
    phone.granted("gps")
    told = said(phone.calls[0])
    assert told.pop("id")
    assert told == {
        "kind": "granted",
        "purpose": "nearby-sources",
        "signals": ["gps"],
        "notice_version": 3,
        "nonce": NONCE,
        "device_id": str(DEVICE_ID),
        "platform": "linux",
        "occurred_at": "2026-06-01T09:30:00+00:00",
    }
    assert isinstance(may(phone), Allowed)
    assert may(phone, Signal.GSM) == refused(Reason.NEVER_ANSWERED, Reason.NO_GRANT)


def test_nothing_is_permitted_before_the_service_confirms(phone: Phone) -> None:
    with pytest.raises(NotReachable):
        phone.play(phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"]), NotReachable())
    assert may(phone) == refused(DeviceReason.NOT_KNOWN)


@pytest.mark.parametrize(
    "lost", [NotReachable(), answer(None, 503), answer(None, 401), answer("nonsense")]
)
def test_a_grant_without_an_answer_is_told_again_under_the_same_id(
    phone: Phone, lost: NotReachable
) -> None:
    with pytest.raises(NabijError):
        phone.play(phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"]), lost)
    phone.clock.advance(timedelta(minutes=5))
    phone.granted("gps")
    first, again = map(said, phone.calls)
    assert first == again


def test_another_grant_is_another_act(phone: Phone) -> None:
    with pytest.raises(NotReachable):
        phone.play(phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"]), NotReachable())
    phone.granted("gps", "wifi").granted("gps", "wifi")
    assert len({said(call)["id"] for call in phone.calls}) == 3


def test_a_superseded_notice_carries_the_current_one_and_ends_older_grants(phone: Phone) -> None:
    phone.granted("gps")
    current = served(notice(4))
    with pytest.raises(NoticeSuperseded) as caught:
        phone.play(
            phone.engine.grant(shown(), NEARBY_SOURCES, ["gsm"]),
            problem("notice-superseded", 409, current=current),
        )
    assert caught.value.current == shown(notice(4))
    assert may(phone) == refused(Reason.NOTICE_CHANGED)


def test_seeing_a_newer_notice_ends_older_grants(phone: Phone) -> None:
    phone.granted("gps")
    phone.play(phone.engine.notice(Locale.NL), answer(served(notice(4))))
    assert may(phone) == refused(Reason.NOTICE_CHANGED)


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.DEFERRED])
def test_no_and_no_answer_hold_at_once_and_are_told_first(phone: Phone, kind: EventKind) -> None:
    phone.granted("gps")
    collect(phone)
    case = phone.engine.decline(kind, shown(), NEARBY_SOURCES, ["gps"])
    with pytest.raises(NotReachable):
        phone.play(case, NotReachable())
    assert may(phone) == refused(Reason(kind.value), Reason.NO_GRANT)
    assert phone.device.store.rows() == ()
    phone.play(
        phone.engine.refresh(),
        answer(recorded([permission("gps", reasons=[kind.value], latest=kind.value)]), 201),
        answer(consents([permission("gps", reasons=[kind.value], latest=kind.value)])),
    )
    assert said(phone.calls[1]) == said(phone.calls[2])
    assert said(phone.calls[1])["kind"] == kind
    assert may(phone) == refused(Reason(kind.value))


def test_a_no_on_a_new_device_is_known_there(phone: Phone) -> None:
    no = [permission("gps", reasons=["refused"], latest="refused")]
    case = phone.engine.decline(EventKind.REFUSED, shown(), NEARBY_SOURCES, ["gps"])
    phone.play(case, answer(recorded(no), 201))
    assert may(phone) == refused(Reason.REFUSED)


def test_refreshing_compares_with_the_current_notice_without_saying_who_asks(
    phone: Phone,
) -> None:
    permissions = answer(consents(allowed("gps")))
    phone.play(phone.engine.refresh(), permissions, answer(served(nonce=None)))
    assert isinstance(may(phone), Allowed)
    assert [call.identity for call in phone.calls] == [Identity.CUSTOMER, Identity.NOBODY]
    phone.play(phone.engine.refresh(), permissions)
    assert phone.paths() == ["/v1/consents", "/v1/notice", "/v1/consents"]


def test_permission_is_leased_for_a_day(phone: Phone) -> None:
    phone.granted("gps")
    phone.clock.advance(LEASE - timedelta(microseconds=1))
    assert isinstance(may(phone), Allowed)
    phone.clock.advance(timedelta(microseconds=1))
    assert may(phone) == refused(DeviceReason.LEASE_OVER)
    phone.play(phone.engine.refresh(), answer(consents(allowed("gps"))))
    assert isinstance(may(phone), Allowed)


def test_a_clock_that_went_back_ends_the_lease(phone: Phone) -> None:
    phone.granted("gps")
    phone.clock.advance(timedelta(seconds=-1))
    assert may(phone) == refused(DeviceReason.LEASE_OVER)


def test_a_grant_expires_on_the_device_too(phone: Phone) -> None:
    short = allowed("gps")
    short[0]["expires_at"] = (NOW + timedelta(hours=1)).isoformat()
    phone.play(phone.engine.refresh(), answer(consents(short)), answer(served()))
    phone.clock.advance(timedelta(hours=1))
    assert may(phone) == refused(Reason.EXPIRED)


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (["expired"], (Reason.EXPIRED,)),
        (["frozen-by-court", "expired"], (Reason.EXPIRED,)),
        (["frozen-by-court"], (DeviceReason.SERVICE_REFUSES,)),
        ([], (DeviceReason.SERVICE_REFUSES,)),
    ],
)
def test_where_the_service_refuses_it_is_right(
    phone: Phone, reasons: list[str], expected: tuple[Reason, ...]
) -> None:
    claims = allowed("gps")
    claims[0] |= {"allowed": False, "reasons": reasons}
    phone.play(phone.engine.refresh(), answer(consents(claims)), answer(served()))
    assert may(phone) == Refused(expected)


def test_where_the_service_permits_without_a_yes_the_device_refuses(phone: Phone) -> None:
    claims = allowed("gps")
    claims[0]["latest"] = "withdrawn"
    phone.play(phone.engine.refresh(), answer(consents(claims)), answer(served()))
    assert may(phone) == refused(Reason.WITHDRAWN)


def test_withdrawing_takes_effect_before_the_service_is_asked(phone: Phone) -> None:
    phone.granted("gps")
    collect(phone)
    case = phone.engine.withdraw(None, None)
    call = next(case)
    assert may(phone) == refused(Reason.WITHDRAWN, Reason.NO_GRANT)
    assert phone.device.store.rows() == ()
    assert call.path == WITHDRAWALS
    assert said(call)["signals"] == ["gps", "gsm", "wifi"]
    case.close()


def test_a_withdrawal_says_what_was_erased(phone: Phone) -> None:
    phone.granted("gps")
    done = phone.play(phone.engine.withdraw(None, None), answer(recorded(allowed(), gps_status=1)))
    assert (done.told_server, done.recorded_at) == (True, NOW)
    assert done.erased == {Signal.GPS: 1, Signal.GSM: 0, Signal.WIFI: 0}


def test_some_signals_and_one_purpose_can_be_withdrawn(phone: Phone) -> None:
    phone.granted("gps", "gsm")
    phone.play(phone.engine.withdraw(NEARBY_SOURCES, ["gsm"]), answer(recorded(allowed("gps"))))
    assert said(phone.calls[1])["signals"] == ["gsm"]
    assert said(phone.calls[1])["purpose"] == "nearby-sources"
    assert isinstance(may(phone), Allowed)
    assert may(phone, Signal.GSM) == refused(Reason.WITHDRAWN, Reason.NO_GRANT)


@pytest.mark.parametrize(
    "lost", [NotReachable(), NotSignedIn(), answer(None, 503), problem("invalid", 422)]
)
def test_a_withdrawal_that_is_not_confirmed_is_kept_and_told_first(
    phone: Phone, lost: NotReachable
) -> None:
    phone.granted("gps")
    untold = phone.play(phone.engine.withdraw(None, None), lost)
    assert (untold.told_server, untold.recorded_at, untold.erased) == (False, None, {})
    told = answer(recorded(allowed()))
    phone.play(phone.engine.refresh(), told, answer(consents(allowed())))
    assert phone.paths()[1:] == [WITHDRAWALS, WITHDRAWALS, "/v1/consents"]
    assert said(phone.calls[1]) == said(phone.calls[2])


def test_withdrawing_again_is_the_same_withdrawal_until_it_is_told(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, None), NotReachable())
    phone.clock.advance(timedelta(hours=1))
    phone.play(phone.engine.withdraw(None, None), answer(recorded(allowed())))
    phone.play(phone.engine.withdraw(None, None), answer(recorded(allowed())))
    first, again, other = map(said, phone.calls)
    assert first == again
    assert other["id"] != first["id"]


def test_several_withdrawals_are_told_in_order_and_counted_together(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, ["gps"]), NotReachable())
    done = phone.play(
        phone.engine.withdraw(None, ["wifi"]),
        answer(recorded(allowed(), gps_status=1)),
        answer(recorded(allowed(), wifi_status=1)),
    )
    assert done.erased == {Signal.GPS: 1, Signal.GSM: 0, Signal.WIFI: 1}
    assert [said(call)["signals"] for call in phone.calls[1:]] == [["gps"], ["wifi"]]


def test_nothing_is_granted_before_a_withdrawal_is_told(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, None), NotReachable())
    with pytest.raises(NotReachable):
        phone.play(phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"]), NotReachable())
    assert phone.paths() == [WITHDRAWALS, WITHDRAWALS]


def test_a_grant_after_a_withdrawal_is_a_new_act(phone: Phone) -> None:
    with pytest.raises(NotReachable):
        phone.play(phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"]), NotReachable())
    phone.play(phone.engine.withdraw(None, None), answer(recorded(allowed())))
    phone.granted("gps")
    assert said(phone.calls[0])["id"] != said(phone.calls[2])["id"]


def test_public_things_are_read_though_a_withdrawal_cannot_be_told(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, None), NotReachable())
    phone.play(phone.engine.notice(Locale.NL), answer(None, 503), answer(served()))
    assert phone.paths() == [WITHDRAWALS, WITHDRAWALS, "/v1/notice"]


def refreshing(phone: Phone) -> Network[object]:
    return phone.engine.refresh()


def granting(phone: Phone) -> Network[object]:
    return phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"])


@pytest.mark.parametrize("asked", [refreshing, granting])
def test_an_answer_from_before_a_withdrawal_brings_nothing_back(
    phone: Phone, asked: Callable[[Phone], Network[object]]
) -> None:
    phone.granted("gps")
    under_way = asked(phone)
    next(under_way)
    phone.play(phone.engine.withdraw(None, None), answer(recorded(allowed())))
    with pytest.raises(StopIteration):
        under_way.send(answer(recorded(allowed("gps"))))
    assert may(phone) == refused(Reason.WITHDRAWN, Reason.NO_GRANT)


@pytest.mark.parametrize("signals", [[], ["bluetooth"], "gps", ["gps", "GSM"]])
def test_signals_are_named_by_a_list_of_their_names(phone: Phone, signals: list[str]) -> None:
    for case in (
        phone.engine.withdraw(None, signals),
        phone.engine.grant(shown(), NEARBY_SOURCES, signals),
    ):
        with pytest.raises(ValueError, match="at least one signal"):
            phone.play(case)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer(None, 401), NotSignedIn),
        (answer(None, 500), ServiceUnavailable),
        (answer(None, 503), ServiceUnavailable),
        (answer(None, 429), ServiceUnavailable),
        (problem("not-asked", 422), Rejected),
        (answer(None, 404), Rejected),
        (answer({"type": 3, "title": None}, 400), Rejected),
        (problem("notice-superseded", 409), UnknownAnswer),
        (problem("notice-superseded", 409, current={"notice": {}}), UnknownAnswer),
        (answer(None, 304), UnknownAnswer),
        (answer(None), UnknownAnswer),
        (answer([]), UnknownAnswer),
        (answer({}), UnknownAnswer),
        (answer(recorded([{}])), UnknownAnswer),
        (answer(recorded([permission("gps", latest="blessed")])), UnknownAnswer),
        (answer(recorded([permission("gps", purpose="Not A Slug")])), UnknownAnswer),
        (answer(recorded([permission("gps", allowed=True)])), UnknownAnswer),
        (answer(recorded(allowed("gps", resolution_m=1))), UnknownAnswer),
        (answer(recorded(allowed("gps", epoch=0))), UnknownAnswer),
        (answer({**recorded([]), "recorded_at": "2026-06-01T09:30:00"}), UnknownAnswer),
        (answer({**recorded([]), "notice_version": True}), UnknownAnswer),
        (answer({**recorded([]), "erased": {"gps_status": "1"}}), UnknownAnswer),
    ],
)
def test_every_failure_is_a_typed_error_and_permits_nothing(
    phone: Phone, reply: Answer, error: type[NabijError]
) -> None:
    with pytest.raises(error) as caught:
        phone.play(phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"]), reply)
    assert type(caught.value) is error
    assert may(phone) == refused(DeviceReason.NOT_KNOWN)


def test_what_a_newer_service_adds_is_passed_over(phone: Phone) -> None:
    newer = [*allowed("gps"), permission("bluetooth")]
    newer[0]["since"] = "dawn"
    case = phone.engine.grant(shown(), NEARBY_SOURCES, ["gps"])
    phone.play(case, answer({**recorded(newer), "receipt": "x"}, 201))
    assert isinstance(may(phone), Allowed)


@pytest.mark.parametrize(
    ("header", "seconds"), [("5", 5), ("", None), ("soon", None), ("-1", None)]
)
def test_the_service_says_when_to_come_back(phone: Phone, header: str, seconds: int | None) -> None:
    with pytest.raises(ServiceUnavailable) as caught:
        phone.play(
            phone.engine.refresh(), replace(answer(None, 503), headers={"retry-after": header})
        )
    assert caught.value.retry_after_s == seconds


def test_a_refusal_carries_its_problem(phone: Phone) -> None:
    with pytest.raises(Rejected) as caught:
        phone.play(phone.engine.refresh(), problem("not-asked", 422))
    assert caught.value.problem.type == "/problems/not-asked"
    assert caught.value.problem.status == 422
    assert "/problems/not-asked" in str(caught.value)


@pytest.mark.parametrize("kind", ["about:blank", f"/echo/{UTRECHT_CELL}", "/problems/", 7, None])
def test_a_problem_of_no_known_form_is_not_repeated(phone: Phone, kind: object) -> None:
    with pytest.raises(Rejected) as caught:
        phone.play(phone.engine.refresh(), answer({"type": kind, "title": UTRECHT_CELL}, 400))
    assert caught.value.problem.type == "about:blank"
    assert "CRS3035" not in str(caught.value)


def test_withdrawing_one_purpose_leaves_what_waits_for_another(phone: Phone) -> None:
    phone.granted("gps")
    collect(phone)
    case = phone.engine.withdraw(RESEARCH, ["gps"])
    phone.play(case, answer(recorded(allowed("gps"))))
    assert len(phone.device.store.rows()) == 1
    assert isinstance(may(phone), Allowed)


def collect(phone: Phone) -> None:
    phone.collect({"gps": FakeSensor(UTRECHT)})
    assert len(phone.device.store.rows()) == 1

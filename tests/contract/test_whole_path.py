"""The real SDK, synchronous and asynchronous, meets the real service."""

from uuid import uuid4

import pytest

import nabij
from tests.contract.conftest import Connect
from tests.contract.phones import AnyClient, Handset, allow, be_home
from tests.contract.running import RunningService

_LEFT = """
    SELECT (SELECT count(*) FROM live_grant) + (SELECT count(*) FROM gps_status)
         + (SELECT count(*) FROM gsm_status) + (SELECT count(*) FROM wifi_status)
"""


@pytest.fixture
def somebody() -> str:
    """A sign-in that no other test has."""
    return f"somebody-{uuid4()}"


@pytest.fixture
def phone(connect: Connect, shared: RunningService, somebody: str) -> AnyClient:
    """The phone of somebody who has answered nothing yet."""
    return connect(shared.address, token=shared.token(somebody))


@pytest.mark.parametrize("answer", ["refuse", "defer"])
def test_no_answer_but_yes_starts_a_sensor(
    connect: Connect, shared: RunningService, somebody: str, answer: str
) -> None:
    handset = Handset()
    phone = connect(shared.address, token=shared.token(somebody), handset=handset)
    decline = {"refuse": phone.refuse, "defer": phone.defer}[answer]
    decline(phone.notice(), signals=["gps", "gsm", "wifi"])
    collected = phone.collect()
    assert set(collected.refused) == set(nabij.Signal)
    assert handset.starts == [0, 0, 0]
    assert phone.report() == nabij.Report(accepted=0, refused=())


def test_a_withdrawal_that_no_notice_ever_asked_for_holds_up_nothing(phone: AnyClient) -> None:
    be_home(phone)
    phone.withdraw(purpose=nabij.Purpose("marketing"))
    assert phone.report().accepted == 1
    assert phone.withdraw().told_server


def test_saying_no_after_yes_erases_what_was_reported(
    phone: AnyClient, shared: RunningService
) -> None:
    be_home(phone)
    phone.report()
    before = shared.rows(_LEFT)[0][0]
    phone.refuse(phone.notice(), signals=["gps"])
    assert shared.rows(_LEFT)[0][0] == before - 2  # the grant and the square


def test_withdrawing_one_signal_leaves_the_others(phone: AnyClient) -> None:
    allow(phone, "gps", "wifi")
    phone.withdraw(["gps"])
    assert isinstance(phone.permission("gps"), nabij.Refused)
    assert isinstance(phone.permission("wifi"), nabij.Allowed)


def test_whoever_refuses_sees_the_sources_around_a_place_they_type(phone: AnyClient) -> None:
    phone.refuse(phone.notice(), signals=["gps", "gsm", "wifi"])
    place = phone.places("utrecht")[0]
    assert (place.name, place.country) == ("Utrecht", "NL")
    around = phone.nearby_at(place.cell, 5)
    assert len(around) >= 5
    assert all(source.distance_m.nearest_m <= source.distance_m.farthest_m for source in around)


def test_a_second_phone_of_the_same_person_learns_of_the_withdrawal(
    connect: Connect, shared: RunningService, somebody: str
) -> None:
    first, second = (connect(shared.address, token=shared.token(somebody)) for _ in range(2))
    allow(first, "gps")
    second.refresh()
    assert second.collect().queued == ("gps",)
    first.withdraw()
    report = second.report()
    assert report.accepted == 0
    assert [reason for _id, reason in report.refused] == ["/problems/no-consent"]
    assert isinstance(second.permission("gps"), nabij.Refused)


def test_nobody_is_signed_in(connect: Connect, shared: RunningService) -> None:
    phone = connect(shared.address, token=lambda: None)
    notice = phone.notice()
    assert notice.nonce is None
    with pytest.raises(nabij.NotSignedIn):
        phone.grant(notice, signals=["gps"])


def test_a_token_of_another_provider_signs_nobody_in(
    connect: Connect, shared: RunningService, own: RunningService
) -> None:
    phone = connect(shared.address, token=own.token("eva"))
    with pytest.raises(nabij.NotSignedIn):
        phone.refresh()

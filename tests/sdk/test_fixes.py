"""A fix has a time and an accuracy, or somebody who answers for them, or it tells nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from nabij import Client, Collected, NoPosition, Position, StaleFix
from nabij._fixes import validated
from nabij.sensors import Access, GpsAdapter, Vouched
from nabij.testing import FakeSensor
from nabij.testing import Phone as PhoneOfAnApp
from nabij_consent import Signal
from tests.sdk.service import NOW, Phone

NOW_S = NOW.timestamp()
PLACE = (52.0907, 5.1214)
NOTHING = Vouched()
BOTH = Vouched(just_read=True, accurate=True)


def minutes_ago(minutes: float) -> float:
    return NOW_S - 60 * minutes


@pytest.fixture
def phone() -> Phone:
    return Phone().granted("gps")


def read(phone: Phone, position: Position, **sensor: Any) -> Collected:  # noqa: ANN401 - passed on
    return phone.collect({"gps": FakeSensor(position, **sensor)})


@pytest.mark.parametrize(
    ("measured_s", "vouched", "expected_s"),
    [
        (minutes_ago(0), NOTHING, minutes_ago(0)),
        (minutes_ago(5), BOTH, minutes_ago(5)),
        (minutes_ago(-5), NOTHING, minutes_ago(-5)),
        (None, Vouched(just_read=True), NOW_S),
        (None, Vouched(accurate=True), None),
        (minutes_ago(5.01), BOTH, None),
        (minutes_ago(-5.01), BOTH, None),
    ],
)
def test_a_fix_is_of_now_or_worthless(
    measured_s: float | None, vouched: Vouched, expected_s: float | None
) -> None:
    position = Position(*PLACE, 8.0, measured_s)
    if expected_s is None:
        with pytest.raises(StaleFix):
            validated(position, NOW_S, Access.PRECISE, vouched)
    else:
        assert validated(position, NOW_S, Access.PRECISE, vouched) == position.with_time(expected_s)


@pytest.mark.parametrize("unknown_m", [None, 0.0])
@pytest.mark.parametrize(
    ("access", "vouched", "expected_m"),
    [
        (Access.PRECISE, BOTH, 0.0),
        (Access.NOT_NEEDED, BOTH, 0.0),
        (Access.PRECISE, Vouched(just_read=True), None),
        (Access.APPROXIMATE, BOTH, None),
        (Access.UNKNOWN, BOTH, None),
        (None, BOTH, None),
    ],
)
def test_an_unknown_accuracy_is_good_where_it_is_vouched_for(
    unknown_m: float | None, access: Access | None, vouched: Vouched, expected_m: float | None
) -> None:
    position = Position(*PLACE, unknown_m, NOW_S)
    assert validated(position, NOW_S, access, vouched).accuracy_m == expected_m
    known = Position(*PLACE, 12.0, NOW_S)
    assert validated(known, NOW_S, access, vouched).accuracy_m == 12.0


def test_a_stale_fix_is_a_failure_of_gps_and_leaves_nothing(phone: Phone) -> None:
    collected = read(phone, Position(*PLACE, 8.0, minutes_ago(6)))
    assert isinstance(collected.failed[Signal.GPS], StaleFix)
    assert phone.device.store.rows() == ()
    with pytest.raises(NoPosition):
        phone.device.usable_position(phone.gps_grant().purpose)
    assert read(phone, Position(*PLACE, 8.0, minutes_ago(4))).queued == (Signal.GPS,)


class WithoutWord(FakeSensor[Position]):
    """An adapter from before there was anything to vouch for."""

    def __init__(self, *positions: Position) -> None:
        super().__init__(*positions)
        del self.vouches


@pytest.mark.parametrize("vouches", [None, True, (True, True), "all", object()])
def test_what_is_no_word_answers_for_nothing(phone: Phone, vouches: Any) -> None:  # noqa: ANN401
    collected = read(phone, Position(*PLACE, 8.0), vouches=vouches)
    assert isinstance(collected.failed[Signal.GPS], StaleFix)
    collected = phone.collect({"gps": WithoutWord(Position(*PLACE, 8.0))})
    assert isinstance(collected.failed[Signal.GPS], StaleFix)
    assert phone.collect({"gps": WithoutWord(Position(*PLACE, 8.0, NOW_S))}).queued


def test_an_error_in_place_of_the_word_answers_for_nothing(phone: Phone) -> None:
    class Broken(FakeSensor[Position]):
        @property
        def vouches(self) -> Vouched:
            raise RuntimeError("driver")

        @vouches.setter
        def vouches(self, _given: Vouched) -> None: ...

    adapter: GpsAdapter = Broken(Position(*PLACE, 8.0))
    assert isinstance(phone.collect({"gps": adapter}).failed[Signal.GPS], StaleFix)


@pytest.mark.parametrize(
    ("accuracy_m", "tells"), [(500.0, True), (500.1, False), (None, False), (0.0, False)]
)
def test_plainly_no_square_is_told_that_may_be_wrong_by_half(
    phone: Phone, accuracy_m: float | None, *, tells: bool
) -> None:
    fix = Position(*PLACE, accuracy_m)
    collected = read(phone, fix, vouches=Vouched(just_read=True))
    assert (collected.queued, collected.failed) == ((Signal.GPS,) if tells else (), {})
    assert collected.unsettled == (frozenset() if tells else {Signal.GPS})


def test_plainly_an_approximate_fix_may_be_wrong_by_five_kilometres(phone: Phone) -> None:
    for accuracy_m, queued in ((5_000.0, (Signal.GPS,)), (5_001.0, ()), (None, ())):
        fix = Position(*PLACE, accuracy_m)
        assert read(phone, fix, access=Access.APPROXIMATE).queued == queued


def days_of_looks(
    phone: PhoneOfAnApp, client: Client, fix: Callable[[], Position]
) -> list[str | None]:
    told: list[str | None] = []
    for _ in range(4):
        phone.gps.reading = fix()
        collected = client.collect()
        told.append(str(client.pending().waiting[0].status["cell"]) if collected.queued else None)
        client.report()
        phone.wait(timedelta(minutes=6))
    return told


def test_an_approximate_phone_is_anchored_in_squares_of_ten_kilometres(
    nabij_phone: PhoneOfAnApp,
) -> None:
    nabij_phone.gps.allow(Access.APPROXIMATE)
    with Client(**nabij_phone.arguments("eva")) as client:
        client.grant(client.notice(), ["gps"])
        told = days_of_looks(nabij_phone, client, lambda: Position(*PLACE, 2_000.0))
        assert told == [None, None, "CRS3035RES10000mN3230000E3980000", *told[3:]]
        assert told[3] in {None, told[2]}


def test_without_an_accuracy_an_approximate_phone_tells_nothing(nabij_phone: PhoneOfAnApp) -> None:
    nabij_phone.gps.allow(Access.APPROXIMATE)
    with Client(**nabij_phone.arguments("eva")) as client:
        client.grant(client.notice(), ["gps"])
        assert days_of_looks(nabij_phone, client, lambda: Position(*PLACE)) == [None] * 4

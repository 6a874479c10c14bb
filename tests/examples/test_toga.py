"""The example app in the hands of a customer, against the real service."""

import pytest

import nabij
from tests.contract.running import RunningService
from tests.examples.hands import Hands

_SWITCHES = ("allow-gps", "allow-gsm", "allow-wifi")
_LEFT = "SELECT (SELECT count(*) FROM live_grant), (SELECT count(*) FROM gps_status)"


def test_shows_the_notice_first_with_every_switch_off(hands: Hands) -> None:
    assert "Energie uit de buurt" in hands.texts()
    assert "Het vierkant waarin u bent, en het uur." in " ".join(hands.texts().split())
    assert [hands.is_on(each) for each in _SWITCHES] == [False, False, False]


def test_who_allows_their_square_sees_it_and_what_is_near(hands: Hands) -> None:
    hands.switch_on("allow-gps")
    hands.press("save")
    assert hands.sees("square")
    code = nabij.Cell.containing(nabij.Position(52.1601, 5.3782)).code
    assert hands.text("square-code") == code
    assert hands.text("source-1").endswith(" km")


def test_who_refuses_types_a_town_and_sees_what_is_near(hands: Hands) -> None:
    hands.press("nothing")
    assert not hands.sees("square")
    assert not hands.sees("stop")
    hands.type("town", "Utrecht")
    hands.press("search")
    assert " tot " in hands.text("source-1")


def test_one_press_stops_all_and_says_what_was_erased(hands: Hands, shared: RunningService) -> None:
    before = shared.rows(_LEFT)
    hands.switch_on(*_SWITCHES)
    hands.press("save")
    assert shared.rows(_LEFT) != before
    hands.press("stop")
    assert hands.text("message") == "Gestopt op 1 van 1 apparaten. Gewist bij ons: 3."
    assert not hands.sees("square")
    assert shared.rows(_LEFT) == before


def test_keeps_a_receipt_of_each_act_to_copy(hands: Hands) -> None:
    hands.switch_on("allow-gps")
    hands.press("save")
    hands.press("stop")
    hands.press("receipts")
    kept = [hands.text(f"receipt-{number}") for number in (1, 2, 3)]
    assert len(set(kept)) == 3
    assert all(receipt.count(".") == 2 for receipt in kept)
    assert not hands.sees("receipt-4")


def test_shows_what_was_chosen_before_when_asked_again(hands: Hands) -> None:
    hands.switch_on("allow-wifi")
    hands.press("save")
    hands.press("choices")
    assert [hands.is_on(each) for each in _SWITCHES] == [False, False, True]


def test_speaks_the_other_language_at_a_press(hands: Hands) -> None:
    hands.press("nothing")
    hands.press("language")
    assert "Nearby" in hands.texts()
    assert "In de buurt" not in hands.texts()


def test_asks_nobody_twice(hands: Hands) -> None:
    hands.switch_on("allow-gps")
    hands.press("save")
    hands.restart()
    assert hands.sees("square")


@pytest.mark.parametrize("after", [None, "stop"])
def test_takes_no_for_an_answer_after_a_restart(hands: Hands, after: str | None) -> None:
    if after:
        hands.switch_on("allow-gps")
        hands.press("save")
        hands.press(after)
    else:
        hands.press("nothing")
    hands.restart()
    assert hands.sees("town")
    assert not hands.sees("allow-gps")


def test_forgets_the_square_at_a_press_and_sees_it_again_when_it_looks(hands: Hands) -> None:
    hands.switch_on("allow-gps")
    hands.press("save")
    hands.press("forget")
    assert not hands.sees("square")
    hands.restart()
    assert hands.sees("square")


def test_of_a_quiet_place_nothing_is_told_until_it_is_no_longer_one(
    hands: Hands, shared: RunningService
) -> None:
    before = shared.rows(_LEFT)
    hands.switch_on("allow-gps")
    hands.press("save")
    hands.press("quiet")
    hands.type("quiet-name", "Oma")
    hands.press("mark-quiet")
    assert hands.sees("unmark-1")
    hands.press("back")
    assert "stille plek" in hands.text("quiet-here")
    hands.press("stop")
    hands.press("choices")
    hands.switch_on("allow-gps")
    hands.press("save")
    assert hands.sees("quiet-here")
    assert not hands.sees("square")
    ((_, squares),) = shared.rows(_LEFT)
    assert squares == before[0][1]
    hands.press("quiet")
    hands.press("unmark-1")
    hands.press("back")
    assert hands.sees("square")
    assert not hands.sees("quiet-here")

"""The example app in the hands of a customer, against the real service."""

import re
from datetime import timedelta

import pytest

from tests.contract.running import RunningService
from tests.examples.hands import Hands

_SWITCHES = ("allow-gps", "allow-gsm", "allow-wifi")
_LEFT = "SELECT (SELECT count(*) FROM live_grant), (SELECT count(*) FROM gps_status)"


def test_shows_the_notice_first_with_every_switch_off(hands: Hands) -> None:
    assert "Energie uit de buurt" in hands.texts()
    assert "Het vierkant waarin u bent, en het uur." in " ".join(hands.texts().split())
    assert [hands.is_on(each) for each in _SWITCHES] == [False, False, False]


def test_who_asks_and_which_rights_there_are_stand_above_the_choice(hands: Hands) -> None:
    *above, _ = hands.order("allow-gps")
    told = "\n".join(above)
    for each in ("vraagt dit", "niets verplicht", "inzien, verbeteren", "klagen bij", "365 dagen"):
        assert each in told


def test_each_switch_has_what_why_how_precise_how_often_how_long_and_who(hands: Hands) -> None:
    for label in ("Wat: ", "Waarom: ", "Hoe precies: ", "Hoe vaak: ", "Hoe lang: ", "Wie: "):
        assert hands.texts().count(label) == 3


def test_the_privacy_screen_has_a_state_for_each_signal_and_withdraws_one(
    hands: Hands, shared: RunningService
) -> None:
    before = shared.rows(_LEFT)
    hands.switch_on("allow-gps", "allow-wifi")
    hands.press("save")
    hands.press("privacy")
    until = str((shared.clock() + timedelta(days=365)).year)
    assert hands.text("state-gps").startswith("Toegestaan tot ")
    assert hands.text("state-gps").endswith(f"{until}.")
    assert hands.text("state-gsm") == "Geweigerd."
    assert not hands.sees("withdraw-gsm")
    hands.press("withdraw-gps")
    assert hands.text("message") == "Gestopt op dit apparaat. Wij hebben 1 gegeven gewist."
    assert hands.text("state-gps") == "Ingetrokken."
    assert hands.text("state-wifi").startswith("Toegestaan tot ")
    hands.press("stop")
    assert hands.text("state-wifi") == "Ingetrokken."
    assert not hands.sees("stop")
    assert shared.rows(_LEFT) == before


def test_a_town_that_is_not_known_is_said_to_be_unknown(hands: Hands) -> None:
    hands.press("nothing")
    for town in ("Nergenshuizen", " "):
        hands.type("town", town)
        hands.press("search")
        assert hands.text("message").startswith("Wij kennen “")


def test_after_a_no_of_the_phone_the_switch_stays_on_and_says_what_is_missing(
    hands: Hands,
) -> None:
    hands.switch_on("allow-gps")
    hands.press("save")
    hands.deny("gps")
    hands.press("privacy")
    assert "uw telefoon geeft het niet" in hands.text("state-gps")
    hands.press("choices")
    assert hands.is_on("allow-gps")
    assert "Wij krijgen dus niets" in hands.text("denied-gps")


def test_where_the_answer_was_lost_nobody_says_that_nothing_was_shared(hands: Hands) -> None:
    hands.switch_on("allow-gps")
    with hands.without_network():
        hands.press("save")
    assert hands.text("message").startswith("Wij weten niet of uw keuze is aangekomen.")


def test_who_allows_their_square_sees_it_and_what_is_near(hands: Hands) -> None:
    hands.switch_on("allow-gps")
    hands.press("save")
    assert hands.sees("square")
    assert "CRS3035" not in hands.texts()
    assert "Uw vierkant, met 5 bronnen" in hands.text("square-1")
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
    told = "Gestopt op dit apparaat. Wij hebben 3 gegevens gewist."
    assert hands.text("message") == told
    assert not hands.sees("square")
    assert shared.rows(_LEFT) == before


def test_keeps_a_receipt_of_each_act_to_copy(hands: Hands) -> None:
    hands.switch_on("allow-gps")
    hands.press("save")
    hands.press("stop")
    hands.press("privacy")
    hands.press("receipts")
    kept = [hands.text(f"receipt-{number}") for number in (1, 2, 3)]
    called = [hands.text(f"receipt-name-{number}").split(",")[0] for number in (1, 2, 3)]
    assert called == ["Geweigerd", "Toegestaan", "Ingetrokken"]
    assert re.search(r", \d+ \w+ 20\d\d, \d\d:\d\d$", hands.text("receipt-name-1"))
    assert len(set(kept)) == 3
    assert all(receipt.count(".") == 2 for receipt in kept)
    assert not hands.sees("receipt-4")


def test_shows_what_was_chosen_before_when_asked_again(hands: Hands) -> None:
    hands.switch_on("allow-wifi")
    hands.press("save")
    hands.press("privacy")
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
    hands.press("privacy")
    hands.press("forget")
    assert "op deze telefoon zijn gewist" in hands.text("message")
    hands.press("back")
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
    hands.press("privacy")
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

"""A device is told what is the case, if that is not what it knows."""

import pytest

from nabij_backend.events.state import NOTHING, Event, FeedState, known_to, news

PRESENT = FeedState(act=7, notice=2)


def test_who_knows_the_state_is_told_nothing() -> None:
    assert list(news(PRESENT, PRESENT)) == []


def test_who_knows_nothing_is_told_all_there_is() -> None:
    assert list(news(NOTHING, PRESENT)) == [
        Event("consent-changed", {"number": 7}, FeedState(7, 0)),
        Event("notice-changed", {"version": 2}, FeedState(7, 2)),
    ]
    assert list(news(NOTHING, NOTHING)) == []


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (FeedState(6, 2), ["consent-changed"]),
        (FeedState(7, 1), ["notice-changed"]),
        (FeedState(1, 1), ["consent-changed", "notice-changed"]),
    ],
)
def test_who_knows_something_older_is_told_the_difference(
    known: FeedState, told: list[str]
) -> None:
    events = list(news(known, PRESENT))
    assert [each.name for each in events] == told
    assert events[-1].known == PRESENT


def test_an_event_id_says_what_is_known_once_it_was_heard() -> None:
    for each in news(NOTHING, PRESENT):
        assert known_to(each.known.event_id, PRESENT) == each.known


@pytest.mark.parametrize(
    "garbage",
    [
        *(
            None,
            "",
            "7",
            "-",
            "7-",
            "-2",
            "07-2",
            "7-2 ",
            "7-2\n",
            "7-2-1",
            "seven-two",
            "\u0667-\u0662",
        ),
        *("8-2", "7-3", "9" * 400 + "-1", "<script>alert(1)</script>", "CRS3035RES1000mN1E1"),
    ],
)
def test_an_id_that_cannot_be_counts_as_knowing_nothing(garbage: str | None) -> None:
    assert known_to(garbage, PRESENT) == NOTHING


def test_what_arrives_late_changes_nothing() -> None:
    assert PRESENT.joined(FeedState(act=6)).joined(FeedState(notice=1)) == PRESENT

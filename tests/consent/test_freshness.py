"""Why a square is old, from what a phone said of its networks."""

from datetime import UTC, datetime, timedelta

import pytest

from nabij_consent import Freshness, LastHeard, Locale, NetworkReport, explain_freshness

NOW = datetime(2026, 11, 27, 14, 30, tzinfo=UTC)


def ago(hours: int) -> datetime:
    return NOW.replace(minute=0) - timedelta(hours=hours)


def network(hours: int, *, connected: bool = True) -> NetworkReport:
    return NetworkReport(ago(hours), connected)


@pytest.mark.parametrize(
    ("last", "freshness"),
    [
        (LastHeard(ago(2), None, None), Freshness.RECENT),
        (LastHeard(ago(2), network(60), network(60)), Freshness.RECENT),
        (LastHeard(ago(3), None, None), Freshness.UNKNOWN),
        (LastHeard(ago(100), None, None), Freshness.UNKNOWN),
        (LastHeard(ago(100), network(0), None), Freshness.UNCHANGED),
        (LastHeard(ago(100), None, network(25)), Freshness.UNCHANGED),
        (LastHeard(ago(100), network(2, connected=False), network(60)), Freshness.UNCHANGED),
        (LastHeard(ago(100), network(26), None), Freshness.SILENT),
        (LastHeard(ago(100), network(26), network(26)), Freshness.SILENT),
        (LastHeard(ago(100), None, network(26)), Freshness.SILENT),
        (LastHeard(ago(100), network(26, connected=False), None), Freshness.SILENT),
        (LastHeard(ago(26), network(26, connected=False), network(26)), Freshness.ONLY_WIFI),
        (
            LastHeard(ago(26), network(26, connected=False), network(26, connected=False)),
            Freshness.SILENT,
        ),
    ],
)
def test_what_was_said_of_networks_tells_why_a_square_is_old(
    last: LastHeard, freshness: Freshness
) -> None:
    assert last.freshness(NOW) is freshness


def test_a_square_may_be_the_last_that_was_heard() -> None:
    assert LastHeard(ago(9), None, None).hour == ago(9)
    assert LastHeard(ago(1), network(5), None).hour == ago(1)
    assert LastHeard(ago(9), network(5), network(7)).hour == ago(5)


@pytest.mark.parametrize("freshness", Freshness)
@pytest.mark.parametrize(
    ("locale", "when"), [(Locale.NL, "27 november 2026"), (Locale.EN, "27 November 2026")]
)
def test_every_reason_has_its_sentence(freshness: Freshness, locale: Locale, when: str) -> None:
    sentence = explain_freshness(freshness, NOW, locale)
    assert sentence.endswith(".")
    assert (f"{when}, 14:30" in sentence) is (freshness is not Freshness.UNKNOWN)

"""A catalogue that is too large for one file: its regions of 100 km."""

from pathlib import Path
from random import Random

import pytest

from nabij import (
    CatalogueOutcome,
    Cell,
    NabijError,
    NotReachable,
    Position,
)
from nabij._wire import Answer, Call
from nabij_consent import NEARBY_SOURCES
from nabij_geo import CatalogueSource
from tests.sdk.catalogues import ALL, AROUND, DAY, located, nearby, outcome, shelf
from tests.sdk.service import (
    UTRECHT,
    VELDHOVEN,
    Phone,
    Published,
    source,
)


def _scattered() -> list[CatalogueSource]:
    chance = Random(18)  # noqa: S311 - places to try
    return [
        source(f"{n:03}", Position(chance.uniform(50.0, 54.0), chance.uniform(2.0, 8.0)))
        for n in range(300)
    ]


SCATTERED = _scattered()
LARGE = Published(*SCATTERED, by_region=True)
SMALL = Published(*SCATTERED)


@pytest.fixture
def phone() -> Phone:
    return located(Phone())


@pytest.mark.parametrize("k", [1, 5, 40, 400])
def test_regions_give_the_same_answer_as_everything(phone: Phone, k: int) -> None:
    assert nearby(phone, k, LARGE) == nearby(located(Phone()), k, SMALL)
    cell = Cell.containing(VELDHOVEN, 10_000)
    around = phone.ask(phone.engine.nearby_at(cell, k, ALL), LARGE)
    whole = located(Phone())
    assert around == whole.ask(whole.engine.nearby_at(cell, k, ALL), SMALL)


def test_only_the_regions_that_the_distance_reaches_are_fetched_and_once(phone: Phone) -> None:
    nearby(phone, 3, LARGE)
    fetched = phone.paths()[1:]
    home = Cell.containing(UTRECHT, 100_000).code
    assert fetched[0] == f"/v1/catalogue/1/{home}"
    assert len(fetched) <= 4 < len(LARGE.files)
    nearby(phone, 3, LARGE)
    assert phone.paths()[1:] == fetched


def test_what_was_fetched_is_renewed_together(phone: Phone) -> None:
    nearby(phone, 3, LARGE)
    fetched = {each.rpartition("/")[2] for each in phone.paths()[1:]}
    phone.clock.advance(DAY)
    phone.calls.clear()
    nearby(phone, 3, Published(*SCATTERED, version=2, by_region=True))
    assert {each.rpartition("/")[2] for each in phone.paths()[1:]} == fetched
    assert outcome(phone) == (2, CatalogueOutcome.CURRENT)


def test_a_region_that_is_gone_meanwhile_is_asked_for_anew(phone: Phone) -> None:
    nearby(phone, 1, LARGE)
    newer = Published(*SCATTERED, version=2, by_region=True)
    assert nearby(phone, 400, newer) == nearby(located(Phone()), 400, SMALL)
    assert outcome(phone) == (2, CatalogueOutcome.CURRENT)


def test_a_region_out_of_reach_fails_the_question_that_needs_it(phone: Phone) -> None:
    def broken(call: Call) -> Answer | NabijError:
        return LARGE(call) if call.path == "/v1/catalogue" else NotReachable()

    with pytest.raises(NotReachable):
        phone.ask(phone.engine.nearby(NEARBY_SOURCES, 3, ALL), broken)
    assert nearby(phone, 3, LARGE)


def test_regions_are_forgotten_with_the_permission(tmp_path: Path) -> None:
    phone = located(Phone(folder=tmp_path))
    nearby(phone, 3, LARGE)
    assert len(list(shelf(tmp_path).iterdir())) > 1
    phone.withdraw_offline()
    assert list(shelf(tmp_path).iterdir()) == []
    assert phone.engine.catalogue.state is None


def test_regions_are_forgotten_with_a_damaged_store(tmp_path: Path) -> None:
    first = located(Phone(folder=tmp_path))
    nearby(first, 3, LARGE)
    first.device.store.close()
    (database,) = tmp_path.glob("*.sqlite3")
    database.write_bytes(b"damaged")
    second = Phone(folder=tmp_path)
    assert second.engine.catalogue.state is None
    assert list(tmp_path.glob("*.public")) == []


def test_one_file_of_everything_tells_nothing_and_stays(tmp_path: Path) -> None:
    phone = located(Phone(folder=tmp_path))
    nearby(phone, 3, AROUND)
    phone.withdraw_offline()
    assert outcome(phone) == (1, CatalogueOutcome.CURRENT)


def test_another_account_finds_none_of_them(tmp_path: Path) -> None:
    first = located(Phone(folder=tmp_path, account="eva"))
    nearby(first, 3, LARGE)
    first.device.store.close()
    second = Phone(folder=tmp_path, account="noor")
    assert second.engine.catalogue.state is None
    assert list(tmp_path.glob("*.public")) == []

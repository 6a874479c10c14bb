"""A few sources around Utrecht, and a phone there that ranks them."""

from datetime import timedelta
from pathlib import Path

from nabij import (
    CatalogueOutcome,
    Position,
)
from nabij._catalogue import Kinds
from nabij.testing import FakeSensor
from tests.geo.catalogues import neighbours
from tests.sdk.service import (
    UTRECHT,
    Phone,
    Published,
    source,
)

ALL = Kinds(technologies=None, owner_kinds=None)
DOM = source("dom", Position(52.0908, 5.1220))
ZUILEN = source("zuilen", Position(52.1160, 5.0810), technology="wind", capacity_kw=None)
ZEIST = source("zeist", Position(52.0880, 5.2330), owner_kind="farm", story=None)
ROOFS = neighbours("neighbours:1", Position(52.1, 5.1))
SOURCES = (ZEIST, DOM, ZUILEN, ROOFS)
AROUND = Published(*SOURCES)
DAY = timedelta(days=1)


def located(phone: Phone, position: Position = UTRECHT) -> Phone:
    phone.granted("gps")
    phone.collect({"gps": FakeSensor(position)})
    phone.calls.clear()
    return phone


def nearby(phone: Phone, k: int, service: Published, kinds: Kinds = ALL) -> list[str]:
    """What is near Utrecht, whether or not the phone may know that it is there."""
    found = phone.ask(phone.engine.catalogue.near(UTRECHT, k, kinds), service)
    return [each.source.id for each in found]


def outcome(phone: Phone) -> tuple[int, CatalogueOutcome]:
    state = phone.engine.catalogue.state
    assert state is not None
    return state.version, state.outcome


def shelf(folder: Path) -> Path:
    (found,) = folder.glob("*.public/catalogue")
    return found

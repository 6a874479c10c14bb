"""Recorded receivers, a real register: the true square, and what truly stands near it."""

import resource
import shutil
from collections.abc import Generator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from pyproj import Transformer

import nabij
from nabij.sensors.gpsd import GpsdSensor
from tests.backend.cli.commands import Done, run
from tests.contract.conftest import settings_of
from tests.contract.running import RunningService, serving
from tests.sdk.test_gpsd import gpsd, needs_gpsd

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "sources" / "powerplants_europe.csv"
TOWNS = {"tomtom-mkII.log": (51.43, 5.40), "mtk-3301.log": (52.21, 6.89)}
"""A point within a few kilometres of each receiver, by hand from a map."""

pytestmark = pytest.mark.skipif(
    not REGISTER.exists(), reason="needs the register in shared/data/sources beside the checkout"
)


@pytest.fixture(scope="module")
def service(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningService]:
    """A running service, its catalogue still empty."""
    with serving(settings_of(shared_url, tmp_path_factory.mktemp("served"))) as service:
        yield service


@pytest.fixture(scope="module")
def imported(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The real register, imported while the service runs."""
    return import_register(service, tmp_path_factory.mktemp("register"))


def import_register(service: RunningService, folder: Path) -> Done:
    file = folder / "register.csv"
    shutil.copy(REGISTER, file)
    arguments = ("sources", "import", str(file), "--licence", "CC-BY-4.0", "--json")
    return run(*arguments, cwd=folder, database_url=service.url)


def test_the_whole_register_is_imported_in_seconds(service: RunningService, imported: Done) -> None:
    assert imported.code == 0, imported.err
    summary = imported.json
    assert summary["inserted"] > 20_000
    assert summary["read"] == summary["inserted"] + sum(summary["rejected"].values())
    assert set(summary["rejected"]) == {"not-renewable", "unknown-technology"}
    assert service.rows("SELECT count(*) FROM source") == [(summary["inserted"],)]


def test_the_second_import_changes_nothing(
    service: RunningService, imported: Done, tmp_path: Path
) -> None:
    before = _processor_seconds()
    summary = import_register(service, tmp_path).json
    assert (summary["inserted"], summary["updated"]) == (0, 0)
    assert summary["unchanged"] == imported.json["inserted"]
    assert summary["catalogue_version"] == imported.json["catalogue_version"]
    assert _processor_seconds() - before < 10


@needs_gpsd
@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("log", TOWNS, ids=["Veldhoven", "Enschede"])
def test_a_receiver_gets_its_square_and_its_nearest_sources(
    service: RunningService, log: str
) -> None:
    token = service.token(f"somebody-{uuid4()}")
    fixes: list[nabij.Position] = []
    with nabij.Client(service.address, token=token) as phone:
        phone.grant(phone.notice(), signals=["gps"])
        with gpsd(log) as port:
            receiver = partial(_Listening, partial(GpsdSensor, port=port), fixes)
            assert phone.collect({"gps": receiver}).queued == ("gps",)
        assert phone.report().accepted == 1
        nearest = {source.id: source.distance_m for source in phone.nearby(10)}
    (fix,) = fixes
    assert (fix.latitude_deg, fix.longitude_deg) == pytest.approx(TOWNS[log], abs=0.05)
    assert (_square_of(fix),) in service.rows("SELECT cell FROM gps_status")
    assert nearest == pytest.approx(service.nearest(fix, 10), abs=0.1)


class _Listening:
    """The real sensor, and a note of what it read: the phone tells nobody."""

    def __init__(self, start: partial[GpsdSensor], fixes: list[nabij.Position]) -> None:
        self._sensor = start()
        self._fixes = fixes

    def read(self, timeout_s: float) -> nabij.Position:
        self._fixes.append(self._sensor.read(timeout_s))
        return self._fixes[-1]

    def close(self) -> None:
        self._sensor.close()


def _square_of(fix: nabij.Position) -> str:
    """Worked out with PROJ, which shares no line with us."""
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:3035")
    northing_m, easting_m = to_grid.transform(fix.latitude_deg, fix.longitude_deg)
    return f"CRS3035RES1000mN{northing_m // 1000:.0f}000E{easting_m // 1000:.0f}000"


def _processor_seconds() -> float:
    """Of the commands that have ended: the same on an idle and on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

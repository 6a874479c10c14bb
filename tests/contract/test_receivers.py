"""Recorded receivers, a real register: the true square, and what truly stands near it."""

import shutil
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest
from pyproj import Transformer

import nabij
from nabij.sensors.gpsd import Gpsd, GpsdSensor
from tests.backend.cli.commands import Done, invoke, run
from tests.contract.conftest import settings_of
from tests.contract.running import RunningService, serving
from tests.sdk.test_gpsd import gpsd, needs_gpsd

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "sources" / "powerplants_europe.csv"
LICENCE = ("--licence", "CC-BY-4.0", "--json")
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
    folder = tmp_path_factory.mktemp("register")
    file = copied_register(folder)
    return run("sources", "import", str(file), *LICENCE, cwd=folder, database_url=service.url)


def copied_register(folder: Path) -> Path:
    """A copy, since the rows that are not taken are listed beside the file."""
    return Path(shutil.copy(REGISTER, folder))


def test_the_whole_register_is_imported_while_the_service_runs(
    service: RunningService, imported: Done
) -> None:
    assert imported.code == 0, imported.err
    summary = imported.json
    assert summary["inserted"] > 20_000
    assert summary["read"] == summary["inserted"] + sum(summary["rejected"].values())
    assert set(summary["rejected"]) == {
        "not-operating",
        "not-renewable",
        "unknown-technology",
    }
    assert service.rows("SELECT count(*) FROM source") == [(summary["inserted"],)]


def test_the_second_import_changes_nothing(
    service: RunningService, imported: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = copied_register(tmp_path)
    summary = invoke("sources", "import", str(file), *LICENCE, database_url=service.url).json
    assert (summary["inserted"], summary["updated"]) == (0, 0)
    assert summary["unchanged"] == imported.json["inserted"]
    assert summary["catalogue_version"] == imported.json["catalogue_version"]


@needs_gpsd
@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("log", TOWNS, ids=["Veldhoven", "Enschede"])
def test_a_receiver_gets_its_square_and_its_nearest_sources(
    service: RunningService, log: str
) -> None:
    token = service.token(f"somebody-{uuid4()}")
    fixes: list[nabij.Position] = []
    receiver = _Overheard(fixes)
    with nabij.Client(
        service.address, token=token, sensors={"gps": receiver}, coarsening="plain"
    ) as phone:
        phone.grant(phone.notice(), signals=["gps"])
        with gpsd(log) as receiver.port:
            assert phone.collect().queued == ("gps",)
        assert phone.report().accepted == 1
        nearest = {source.id: source.distance_m for source in phone.nearby(10)}
    (fix,) = fixes
    assert (fix.latitude_deg, fix.longitude_deg) == pytest.approx(TOWNS[log], abs=0.05)
    assert (_square_of(fix),) in service.rows("SELECT cell FROM gps_status")
    assert nearest == pytest.approx(service.nearest(fix, 10), abs=0.1)


class _Overheard(Gpsd):
    """The real adapter, whose sensors note what they read: the phone tells nobody."""

    def __init__(self, fixes: list[nabij.Position]) -> None:
        super().__init__()
        self.port = 0
        self._fixes = fixes

    def start(self, grant: nabij.GpsGrant) -> "_Noting":
        nabij.GpsGrant.admit(grant)
        return _Noting(self.port, self._fixes)


class _Noting(GpsdSensor):
    def __init__(self, port: int, fixes: list[nabij.Position]) -> None:
        super().__init__(port=port)
        self._fixes = fixes

    def read(self, timeout_s: float) -> nabij.Position:
        self._fixes.append(super().read(timeout_s))
        return self._fixes[-1]


def _square_of(fix: nabij.Position) -> str:
    """Worked out with PROJ, which shares no line with us."""
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:3035")
    northing_m, easting_m = to_grid.transform(fix.latitude_deg, fix.longitude_deg)
    return f"CRS3035RES1000mN{northing_m // 1000:.0f}000E{easting_m // 1000:.0f}000"

"""Files that no register made; ``NABIJ_HOSTILE_FILES`` asks for more of each kind than usual."""

import gzip
import hashlib
import io
import os
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nabij_backend.sources.importer import SavedMapping, SourceImportError
from nabij_backend.sources.importer.normalise import Rejection
from nabij_backend.sources.importer.placing import Neighbour, PublicSource
from nabij_backend.sources.importer.register_file import read_register
from nabij_backend.sources.importer.registers import PLAIN, REGISTERS
from tests.backend.sources.workbooks import write_workbook

COLUMNS = sorted(
    {name for each in (PLAIN, *REGISTERS) for names in each.columns.values() for name in names}
)
WORDS = (
    "wind Zon Wasserkraft nuclear person GbR 1e308 -1e-400 nan inf 0x10 1.234,5 52.1 5.1 9999999"
)
ODD = ["", "2 x 850 kW", "3,5 MWp", "1" * 400, "52°6'", "POINT (5 52)", "52,1 / 5,1", "2019-02-31"]
CONTROLS = [
    "\u0661",
    "\ufeff",
    "\ud7ff",
    "\u202e",
    "\x01",
    '"',
    "\\",
    "\r",
    "'; DROP TABLE source;",
]
CELLS = st.one_of(
    st.sampled_from([*WORDS.split(), *ODD, *CONTROLS]),
    st.floats().map(str),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
SHAPES = Path(__file__).parent / "files" / "shapes.zip"
HEADERS = st.lists(st.one_of(st.sampled_from(COLUMNS), CELLS), min_size=1, max_size=9)
ROWS = st.lists(st.lists(CELLS, max_size=10), max_size=8)
HOSTILE = settings(
    max_examples=int(os.environ.get("NABIJ_HOSTILE_FILES", settings().max_examples)),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def digest(source_id: str) -> bytes:
    return hashlib.sha256(source_id.encode()).digest()


def read(path: Path) -> None:
    """Read a file to its end, unless it is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with suppress(SourceImportError):
            file = read_register(path, SavedMapping(), digest, date(2026, 6, 1))
            for row in file.rows:
                assert isinstance(row, PublicSource | Neighbour | Rejection)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Tables of all delimiters and encodings, in which most cells mean something."""
    delimiter = draw(st.sampled_from(",;\t|"))
    lines = [*draw(ROWS)[:2], draw(HEADERS), *draw(ROWS)]
    text = draw(st.sampled_from(["", "sep=;\n"]))
    text += draw(st.sampled_from(["\n", "\r\n"])).join(delimiter.join(line) for line in lines)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]))
    return text.encode(encoding, errors="replace")


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file of which a few bytes are others, or its end is gone."""
    data = bytearray(whole[: draw(st.integers(0, len(whole)))] if draw(st.booleans()) else whole)
    for _ in range(draw(st.integers(0, 5))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A good file of each kind that is not text."""
    folder = tmp_path_factory.mktemp("seeds")
    rows = [
        ["id", "name", "technology", "latitude", "longitude"],
        ["1", "Molen", "wind", "52", "5"],
    ]
    write_workbook(folder / "seed.xlsx", {"Blad": rows})
    text = "\n".join(map(",".join, rows)).encode()
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("seed.csv", text)
    feature = (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"1",'
        b'"technology":"wind"},"geometry":{"type":"Point","coordinates":[5,52]}}]}'
    )
    place = b"<Point><coordinates>5,52</coordinates></Point>"
    return {
        "seed.xlsx": (folder / "seed.xlsx").read_bytes(),
        "seed.zip": zipped.getvalue(),
        "seed.csv.gz": gzip.compress(text),
        "seed.geojson": feature,
        "seed.kml": b"<kml><Document><Placemark><name>a</name>"
        + place
        + b"</Placemark></Document></kml>",
    }


@pytest.fixture
def silence(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing of a library is on the screen."""
    yield
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("silence")
@HOSTILE
@given(data=st.one_of(tables(), st.binary(max_size=300)))
def test_every_text_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "sources.csv"
    path.write_bytes(data)
    read(path)


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize(
    "name", ["seed.xlsx", "seed.zip", "seed.csv.gz", "seed.geojson", "seed.kml"]
)
@HOSTILE
@given(data=st.data())
def test_every_damaged_file_is_read_or_refused(
    tmp_path: Path, seeds: dict[str, bytes], name: str, data: st.DataObject
) -> None:
    path = tmp_path / name
    path.write_bytes(data.draw(damaged(seeds[name])))
    read(path)


@pytest.mark.usefixtures("silence")
@HOSTILE
@given(data=st.data())
def test_every_damaged_shapefile_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "shapes.zip"
    with zipfile.ZipFile(SHAPES) as whole, zipfile.ZipFile(path, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, data.draw(damaged(whole.read(name)), label=name))
    read(path)

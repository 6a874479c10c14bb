import pytest

from nabij_backend.sources.importer.errors import (
    MissingCrsError,
    UnknownColumnError,
    UnknownFieldError,
    UnmappableFileError,
)
from nabij_backend.sources.importer.layout import Layout, lay_out, recognise
from nabij_backend.sources.importer.mapping import SavedMapping
from nabij_backend.sources.importer.registers import REGISTERS, Field, Register

POWERPLANTMATCHING = ["id", "Name", "Fueltype", "Technology", "Set", "Capacity", "lat", "lon"]
REPD = [
    "Old Ref ID", "Ref ID", "Site Name", "Technology Type", "Installed Capacity (MWelec)",
    "Development Status", "Development Status (short)", "X-coordinate", "Y-coordinate",
]  # fmt: skip
STAMDATA = [
    "Møllenummer (GSRN)", "Dato for afmeldning", "Kapacitet (kW)",
    "X (øst) koordinat \nUTM 32 Euref89", "Y (nord) koordinat \nUTM 32 Euref89",
]  # fmt: skip
MASTR_EXPORT = [
    "MaStR-Nr. der Einheit", "Anzeige-Name der Einheit", "Betriebs-Status", "Energieträger",
    "Bruttoleistung der Einheit", "Koordinate: Breitengrad (WGS84)",
    "Koordinate: Längengrad (WGS84)",
]  # fmt: skip
OPEN_MASTR = [
    "EinheitMastrNummer", "Energietraeger", "Bruttoleistung", "Breitengrad", "Laengengrad",
]  # fmt: skip
OSM = ["full_id", "name", "generator:source", "generator:output:electricity"]
WINDKRAFT_SH = [
    "KREIS", "GEMEINDE", "TYP", "HERSTELLER", "LEISTUNG", "LEISTUNGSBEZUG", "OSTWERT", "NORDWERT",
    "INBETRIEBNAHME", "STATUS", "BST_NR", "ANL_NR",
]  # fmt: skip
VINDBRUKSKOLLEN = ["Verk-ID", "Status", "E-Koordinat", "N-Koordinat", "Maxeffekt (MW)"]
PLAIN = ["id", "technology", "latitude", "longitude"]


def laid_out(columns: list[str], crs: str | None = None, **mapping: str) -> Layout:
    return lay_out(columns, SavedMapping(columns=mapping, crs=crs), geometry_crs=None)


@pytest.mark.parametrize(
    ("columns", "register", "capacity", "crs"),
    [
        (POWERPLANTMATCHING, "powerplantmatching", Field.CAPACITY_MW, "EPSG:4326"),
        (REPD, "repd", Field.CAPACITY_MW, "EPSG:27700"),
        (STAMDATA, "stamdata", Field.CAPACITY_KW, "EPSG:25832"),
        (MASTR_EXPORT, "mastr", Field.CAPACITY_KW, "EPSG:4326"),
        (OPEN_MASTR, "mastr", Field.CAPACITY_KW, "EPSG:4326"),
        (VINDBRUKSKOLLEN, "vindbrukskollen", Field.CAPACITY_MW, "EPSG:3006"),
    ],
)
def test_a_register_is_recognised_by_its_columns(
    columns: list[str], register: str, capacity: Field, crs: str
) -> None:
    layout = laid_out(columns)
    assert (layout.register.name, layout.crs) == (register, crs)
    assert capacity in layout.columns


@pytest.mark.parametrize("register", REGISTERS, ids=lambda each: each.name)
def test_a_registers_columns_show_no_other_register(register: Register) -> None:
    columns = [names[0] for names in register.columns.values()]
    assert recognise([*columns, *register.id_columns]) is register


def test_openstreetmap_is_recognised_and_placed_by_its_geometry() -> None:
    layout = lay_out(OSM, SavedMapping(), geometry_crs="EPSG:4326")
    assert layout.register.name == "osm"
    assert layout.place is None
    assert layout.columns[Field.CAPACITY_KW] == "generator:output:electricity"


def test_other_files_are_read_by_our_own_names_in_any_spelling() -> None:
    layout = laid_out(["ID", "Naam", "Technologie", "Vermogen (kW)", "Breedtegraad", "lengtegraad"])
    assert layout.register.name == ""
    assert layout.columns == {
        Field.ID: "ID",
        Field.NAME: "Naam",
        Field.TECHNOLOGY: "Technologie",
        Field.CAPACITY_KW: "Vermogen (kW)",
        Field.LATITUDE: "Breedtegraad",
        Field.LONGITUDE: "lengtegraad",
    }


def test_a_mapping_goes_before_the_register() -> None:
    layout = laid_out([*POWERPLANTMATCHING, "Label", "kWp"], name="label", capacity_kw="kWp")
    assert layout.columns[Field.NAME] == "Label"
    assert layout.columns[Field.CAPACITY_KW] == "kWp"
    assert Field.CAPACITY_MW not in layout.columns


def test_mapped_metres_go_before_recognised_degrees() -> None:
    columns = [*PLAIN, "rd_x", "rd_y"]
    layout = laid_out(columns, "EPSG:28992", easting="rd_x", northing="rd_y")
    assert layout.place == (Field.EASTING, Field.NORTHING)
    assert layout.crs == "EPSG:28992"


def test_mapped_coordinates_go_before_a_geometry() -> None:
    columns = [*PLAIN, "a", "b"]
    mapping = {"latitude": "a", "longitude": "b"}
    assert lay_out(columns, SavedMapping(), geometry_crs="EPSG:28992").place is None
    layout = lay_out(columns, SavedMapping(columns=mapping), geometry_crs="EPSG:28992")
    assert layout.place == (Field.LONGITUDE, Field.LATITUDE)
    assert layout.crs == "EPSG:4326"


def test_an_unmappable_file_names_what_is_missing_what_is_there_and_the_way_out() -> None:
    with pytest.raises(UnmappableFileError) as caught:
        laid_out(["nummer", "soort", "latitude"])
    message = str(caught.value)
    assert "recognised as id, technology, longitude" in message
    assert "--map field=column" in message
    assert "nummer, soort, latitude" in message


def test_a_register_of_one_technology_needs_no_column_for_it() -> None:
    assert Field.TECHNOLOGY not in laid_out(STAMDATA).columns


def test_an_unknown_field_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownFieldError, match="choose from id, name, technology") as caught:
        laid_out(PLAIN, hidden="id")
    assert "hidden" not in str(caught.value)


def test_an_unknown_column_is_answered_with_the_files_columns() -> None:
    with pytest.raises(UnknownColumnError, match="id, technology, latitude") as caught:
        laid_out(PLAIN, name="hidden")
    assert "hidden" not in str(caught.value)


def test_metres_of_an_unnamed_system_ask_for_it() -> None:
    with pytest.raises(MissingCrsError, match="--crs"):
        laid_out(["id", "technology", "x", "y"])

import pytest

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.importer.vocabulary import (
    RejectionReason,
    owner_kind_of,
    plain_words,
    technology_of,
)


@pytest.mark.parametrize("technology", Technology)
def test_our_own_words_mean_themselves(technology: Technology) -> None:
    assert technology_of(technology) is technology


@pytest.mark.parametrize("owner_kind", OwnerKind)
def test_our_own_owners_mean_themselves(owner_kind: OwnerKind) -> None:
    assert owner_kind_of(owner_kind) is owner_kind


@pytest.mark.parametrize(
    ("words", "technology"),
    [
        ("Solar Photovoltaics", Technology.SOLAR),
        ("Solare Strahlungsenergie", Technology.SOLAR),
        ("Zonne-energie", Technology.SOLAR),
        ("Wind Offshore", Technology.WIND),
        ("Small Hydro", Technology.HYDRO),
        ("Wasser", Technology.HYDRO),
        ("Anaerobic Digestion", Technology.BIOGAS),
        ("Landfill Gas", Technology.BIOGAS),
        ("Sewage Sludge Digestion", Technology.BIOGAS),
        ("Biomass (dedicated)", Technology.BIOMASS),
        ("Solid Biomass", Technology.BIOMASS),
        ("Biomasse", Technology.BIOMASS),
        ("Geothermie", Technology.GEOTHERMAL),
        ("Hot Dry Rocks (HDR)", Technology.GEOTHERMAL),
        ("Tidal Stream", Technology.MARINE),
        ("Shoreline Wave", Technology.MARINE),
    ],
)
def test_registers_words_for_renewables(words: str, technology: Technology) -> None:
    assert technology_of(words) is technology


@pytest.mark.parametrize(
    "words",
    [
        "Hard Coal", "Lignite", "Natural Gas", "gas", "Oil", "Nuclear", "Waste", "Erdgas",
        "Braunkohle", "Mineralölprodukte", "nicht biogener Abfall", "EfW Incineration",
        "Biomass (co-firing)", "Hydrogen", "Wasserstoff", "Fuel Cell (Hydrogen)", "Battery",
        "Speicher", "Flywheels", "Liquid Air Energy Storage", "Pumped Storage Hydroelectricity",
        "Kernenergie", "diesel;solar",
    ],
)  # fmt: skip
def test_fossil_nuclear_waste_and_storage_are_not_renewable(words: str) -> None:
    assert technology_of(words) is RejectionReason.NOT_RENEWABLE


@pytest.mark.parametrize("words", ["", "Other", "Unknown", "soiling"])
def test_other_words_name_nothing(words: str) -> None:
    assert technology_of(words) is RejectionReason.UNKNOWN_TECHNOLOGY


@pytest.mark.parametrize(
    ("main", "detail", "expected"),
    [
        ("Hydro", "Pumped Storage", RejectionReason.NOT_RENEWABLE),
        ("hydro", "water-pumped-storage", RejectionReason.NOT_RENEWABLE),
        ("Hydro", "Reservoir", Technology.HYDRO),
        ("biomass", "anaerobic_digestion", Technology.BIOGAS),
        ("Biomasse", "Feste Biomasse", Technology.BIOMASS),
        ("Solid Biomass", "Pv", Technology.BIOMASS),
        ("Biogas", "Steam Turbine", Technology.BIOGAS),
        ("Other", "Marine", Technology.MARINE),
        ("Other", "CCGT", RejectionReason.UNKNOWN_TECHNOLOGY),
    ],
)
def test_a_second_column_speaks_where_the_first_leaves_it_open(
    main: str, detail: str, expected: Technology | RejectionReason
) -> None:
    assert technology_of(main, detail) is expected


@pytest.mark.parametrize(
    ("words", "owner_kind"),
    [
        ("natürliche Person", OwnerKind.PERSON),
        ("particulier", OwnerKind.PERSON),
        ("private household company", OwnerKind.PERSON),
        ("Energie-Genossenschaft", OwnerKind.COOPERATIVE),
        ("Coöperatie", OwnerKind.COOPERATIVE),
        ("Gemeente Utrecht", OwnerKind.PUBLIC),
        ("Sonnenschein GmbH", OwnerKind.COMPANY),
        ("", OwnerKind.UNKNOWN),
    ],
)
def test_owners_in_registers_words_and_persons_first(words: str, owner_kind: OwnerKind) -> None:
    assert owner_kind_of(words) is owner_kind


def test_headers_are_compared_by_their_letters_and_digits() -> None:
    assert plain_words("Capacity (kW)") == plain_words("capacity_kw") == "capacity kw"
    assert plain_words("X (øst) koordinat \nUTM 32 Euref89") == "x øst koordinat utm 32 euref89"

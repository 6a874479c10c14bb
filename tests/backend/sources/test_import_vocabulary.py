import pytest

from nabij_backend.enums import Technology
from nabij_backend.sources.importer.vocabulary import (
    RejectionReason,
    plain_words,
    technology_of,
)


def listed_words(text: str) -> list[str]:
    """The parts of a list between semicolons."""
    return [each.strip() for each in text.replace("\n", " ").split(";")]


@pytest.mark.parametrize("technology", Technology)
def test_our_own_words_mean_themselves(technology: Technology) -> None:
    assert technology_of(technology) is technology


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


# The words of Directive (EU) 2018/2001, Article 2(1), and of registers, in the languages of the EU.
IN_EVERY_LANGUAGE = {
    Technology.SOLAR: """
        zonne-energie; Solarthermie und Photovoltaik; énergie solaire;
        energía solar fotovoltaica; solare fotovoltaico; termossolar; solenergi;
        aurinkoenergia; aurinkosähkö; energia słoneczna; fotowoltaika; sluneční energie;
        slnečná energia; napenergia; napelem; energie solară; sončna energija;
        sunčeva energija; saules enerģija; saulės energija; päikeseenergia;
        ηλιακή ενέργεια; слънчева енергия; solcelle; Solkraft; Zon;
        Photovoltaik Freifläche
    """,
    Technology.WIND: """
        windenergie; Wind an Land; éolien terrestre; energía eólica; eolico; eólica;
        vindkraft; Vind; tuulivoima; tuulienergia; energia wiatru; elektrownia wiatrowa;
        větrná; veterná; szélerőmű; szélenergia; eoliană; vetrna; vjetroelektrana; vēja;
        vėjo; tuuleenergia; αιολική; вятърна; windmolen
    """,
    Technology.HYDRO: """
        waterkracht; Wasserkraft; énergie hydraulique; hydroélectrique; hidráulica;
        idroelettrico; energia idraulica; hídrica; vandkraft; vattenkraft; vannkraft;
        vesivoima; hydroenergia; elektrownia wodna; energetyka wodna; vodní; vodná;
        vízenergia; hidroenergie; hidroenergija; hüdroenergia; υδροηλεκτρική;
        водноелектрическа; Laufwasser; HDAM; HROR; vandens
    """,
    Technology.BIOGAS: """
        biogaz; biogás; bioplyn; biokaasu; biogāze; stortgas; Deponiegas;
        gaz de décharge; gases de vertedero; gas di discarica; lossepladsgas; Klärgas;
        Gas van rioolzuiveringsinstallaties; méthanisation; mestvergisting
    """,
    Technology.BIOMASS: """
        biomassa; biomasa; biomassza; biomasă; bois énergie; Holz; træflis; Straw;
        drewno
    """,
    Technology.GEOTHERMAL: """
        geothermische energie; geotermia; géothermie; Erdwärme; aardwarmte; geotermálna;
        γεωθερμική
    """,
    Technology.MARINE: """
        getijdenenergie; Gezeiten; énergie marémotrice; mareomotriz; undimotriz;
        energia das marés; tidevandsenergi; bølgeenergi; vågenergi; aaltoenergia;
        vuorovesienergia; houlomotrice; árapály
    """,
}


@pytest.mark.parametrize(
    ("words", "technology"),
    [
        (words, technology)
        for technology, listed in IN_EVERY_LANGUAGE.items()
        for words in listed_words(listed)
    ],
)
def test_the_words_of_every_language(words: str, technology: Technology) -> None:
    assert technology_of(words) is technology
    assert technology_of(words.upper()) is technology


NOT_RENEWABLE_ABROAD = """
    Natural Gas; gaz naturel; gas natural; gaz ziemny; zemní plyn; földgáz;
    Kernkraft; nucléaire; Kärnkraft; ydinvoima; Steinkohle; houille; carbón; carbone;
    Abfall; déchets; rifiuti; Pumpspeicher; pompage; HPHS; accumulo; węgiel kamienny;
    turf; Torf; kivihiili; hidrógeno; Brennstoffzelle
"""


@pytest.mark.parametrize("words", listed_words(NOT_RENEWABLE_ABROAD))
def test_the_words_for_what_is_not_renewable(words: str) -> None:
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


def test_headers_are_compared_by_their_letters_and_digits() -> None:
    assert plain_words("Capacity (kW)") == plain_words("capacity_kw") == "capacity kw"
    assert plain_words("X (øst) koordinat \nUTM 32 Euref89") == "x øst koordinat utm 32 euref89"

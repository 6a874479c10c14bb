import pytest

from nabij_backend.enums import OwnerKind
from nabij_backend.sources.importer.owners import may_live_there, owner_kind_of

OWNERS = {
    OwnerKind.COOPERATIVE: [
        "Energiecoöperatie De Windvogel",
        "Bürgerenergie Jena eG",
        "Bürgerenergiegenossenschaft",
        "Zonnecoöperatie U.A.",
        "Vind ek. för.",
        "Brixton Energy BenCom",
        "VvE De Linde",
        "Cooperativa Som Energia",
        "Spółdzielnia energetyczna",
        "osuuskunta Tuuli",
        "Middelgrunden Vindmøllelaug",
        "SCIC Enercoop",
        "družstvo",
        "szövetkezet",
        "Energie eG",
        "Ecopower cvba coöp",
        "Edinburgh Community Solar Co-operative Ltd",
        "Zadruga",
        "e.G.",
    ],
    OwnerKind.COMPANY: [
        "Solar GmbH",
        "Vattenfall AG",
        "Müller GbR",
        "Eneco B.V.",
        "Shell NV",
        "Windfarm Ltd",
        "Solar Farm Ltd",
        "Statkraft AS",
        "Vattenfall AB",
        "Neoen SAS",
        "Enel Green Power S.p.A.",
        "EDP Renovables S.A.",
        "Private Limited Company",
        "XY GmbH & Co. KG",
        "Farm Energy GmbH",
        "public limited company",
        "Sp. z o.o.",
        "ČEZ a.s.",
        "MVM Zrt.",
        "Fortum Oyj",
        "bedrijf",
    ],
    OwnerKind.PERSON: [
        "natürliche Person",
        "particulier",
        "(natürliche Person)",
        "private",
        "privat",
        "persona fisica",
        "osoba fizyczna",
        "household",
        "particulier huishouden",
        "Eenmanszaak Jansen",
        "privatperson",
    ],
    OwnerKind.PUBLIC: [
        "Gemeente Utrecht",
        "Stadtwerke München GmbH",
        "Kommune Aarhus",
        "Bristol City Council",
        "Comune di Bolzano",
        "Ayuntamiento de Cádiz",
        "Waterschap Rijnland",
        "Public",
    ],
    OwnerKind.FARM: [
        "boerderij",
        "Boer Jansen",
        "farm",
        "Landwirt",
        "GAEC du Pré",
        "lantbruk",
        "agrarisch",
    ],
    OwnerKind.UNKNOWN: [
        "Solar farm",
        "Wind Farm",
        "Jan Jansen",
        "Sunny Hill",
    ],
}


@pytest.mark.parametrize("owner_kind", OwnerKind)
def test_our_own_owners_mean_themselves(owner_kind: OwnerKind) -> None:
    assert owner_kind_of(owner_kind) is owner_kind


@pytest.mark.parametrize(
    ("words", "owner_kind"),
    [(words, owner_kind) for owner_kind, listed in OWNERS.items() for words in listed],
)
def test_owners_in_the_words_and_legal_forms_of_registers(
    words: str, owner_kind: OwnerKind
) -> None:
    assert owner_kind_of(words) is owner_kind
    assert owner_kind_of(words.upper()) is owner_kind


def test_persons_come_first() -> None:
    assert owner_kind_of("private household company") is OwnerKind.PERSON


@pytest.mark.parametrize(
    "words",
    ["Anna & Jan Müller GbR", "V.O.F. De Linde", "VvE Linde", "Maatschap Bos", "Ida As"],
)
def test_a_couple_may_live_at_their_partnership(words: str) -> None:
    assert may_live_there(words)


@pytest.mark.parametrize("words", ["Solar GmbH", "Vattenfall AG", "Energie eG", "Eneco B.V.", ""])
def test_nobody_lives_at_a_company(words: str) -> None:
    assert not may_live_there(words)

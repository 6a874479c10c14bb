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


# As the member states call them: COM(2011) 684, Annex I; Directives 2003/49/EC and 2009/101/EC.
NATIVE_COMPANIES = (
    *("naamloze vennootschap", "besloten vennootschap met beperkte aansprakelijkheid"),
    *("société anonyme", "société en commandite par actions", "société à responsabilité limitée"),
    *("société par actions simplifiée", "акционерно дружество", "акционерното дружество"),
    *("дружество с ограничена отговорност", "společnost s ručením omezeným"),  # noqa: RUF001
    *("akciová společnost", "aktieselskab", "anpartsselskab", "kommanditaktieselskaber"),
    *("Aktiengesellschaft", "Kommanditgesellschaft auf Aktien"),
    *("Gesellschaft mit beschränkter Haftung", "aktsiaselts", "osaühing"),
    *("private company limited by shares", "ανώνυμη εταιρία", "εταιρεία περιορισμένης ευθύνης"),
    *("sociedad anónima", "sociedad de responsabilidad limitada", "società per azioni"),
    *("società a responsabilità limitata", "društvo s ograničenom odgovornošću"),
    *("dioničko društvo", "societăți pe acțiuni", "societăți cu răspundere limitată"),
)
NATIVE_COOPERATIVES = (
    *("société coopérative à responsabilité limitée", "кооперации", "кооперативни съюзи"),
    "coöperatieve vennootschap met beperkte aansprakelijkheid",
)


@pytest.mark.parametrize("words", NATIVE_COMPANIES)
def test_companies_are_known_as_their_states_call_them(words: str) -> None:
    assert owner_kind_of(words) is OwnerKind.COMPANY
    assert owner_kind_of(f"Elektra {words}") is OwnerKind.COMPANY


def test_a_final_sigma_is_a_sigma() -> None:
    assert owner_kind_of("Δήμος Αθηναίων") is OwnerKind.PUBLIC


@pytest.mark.parametrize("words", NATIVE_COOPERATIVES)
def test_cooperatives_are_known_as_their_states_call_them(words: str) -> None:
    assert owner_kind_of(words) is OwnerKind.COOPERATIVE


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
    [
        *("Anna & Jan Müller GbR", "V.O.F. De Linde", "VvE Linde", "Maatschap Bos", "Ida As"),
        *("Vennootschap onder firma De Linde", "Commanditaire vennootschap De Linde"),
        "Gesellschaft bürgerlichen Rechts Müller",
    ],
)
def test_a_couple_may_live_at_their_partnership(words: str) -> None:
    assert may_live_there(words)


@pytest.mark.parametrize(
    "words",
    ["Solar GmbH", "Vattenfall AG", "Energie eG", "Eneco B.V.", "naamloze vennootschap", ""],
)
def test_nobody_lives_at_a_company(words: str) -> None:
    assert not may_live_there(words)

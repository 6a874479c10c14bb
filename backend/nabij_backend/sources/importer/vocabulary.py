"""Vocabulary of registers for technologies.

A technology is found in this order, and the first that matches decides:

1. storage of any kind, pumped storage included, makes nothing: not renewable;
2. gas from digestion, sewage or landfill is biogas;
3. fossil fuels, nuclear, hydrogen and burnt waste are not renewable;
4. then solar, wind, marine, geothermal, biomass, hydro;
5. anything else is unknown.

A second column (the kind of plant) speaks only where the first leaves it open: hydro that is
pumped storage, biomass that is biogas, and everything the first column leaves unknown.

The words of each official language of the European Union for renewable sources are those of
Directive (EU) 2018/2001, Article 2(1), which is authentic in each of them. Words are compared
without accents, and by their stems, since languages compound and inflect them.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Final

from nabij_backend.enums import Technology


class RejectionReason(StrEnum):
    """Why a row was not taken."""

    NO_COORDINATES = "no-coordinates"
    OUTSIDE_GRID = "outside-grid"
    NOT_RENEWABLE = "not-renewable"
    NOT_OPERATING = "not-operating"
    NO_ID = "no-id"
    DUPLICATE_ID = "duplicate-id"
    BAD_NUMBER = "bad-number"
    UNKNOWN_TECHNOLOGY = "unknown-technology"
    REMOVED = "removed"


# Letters of which Unicode knows no accent.
_LETTERS: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})

_PUMPED: Final = re.compile(r"pump|hphs|bombeo|pompag|precerpavac|szczytowo")

_STORAGE: Final = (
    r"pump|hphs|storage|opslag|speicher|stockage|almacenamiento|bombeo|pompag|accumulo|lagring"
    r"|varastoin|magazynow|szczytowo|precerpavac|tarozas|batter|\baccu\b|\bakku"
    r"|flywheel|schwungrad"
)
_BIOGAS: Final = (
    r"bio ?ga[sz]|bioplyn|biokaasu|biodujo|biomethan|biometan|anaerob|digest|vergist|vergar"
    r"|vergaer|methanis|metanisa|landfill|deponi|stortgas|decharge|vertedero|discarica|aterro"
    r"|losseplads|kaatopaik|wysypisk|skladkov|hulladeklerak|\bdepozit\b|prugil|odlagalis|savartyn"
    r"|poligon|sewage|klargas|klaergas|faulgas|rioolwater|rioolzuiver|gasformige biomasse"
    r"|βιοαερι|биогаз"
)
_NOT_RENEWABLE: Final = (
    r"coal|kohle|kolen|lignit|charbon|houille|\bcarbon\b|carbone|carvao|\bkul\b|stenkul|stenkol"
    r"|\bkol\b|kivihiil|\bwegiel|\bwegla|\buhli|szen\b|szentuz|carbune|ugljen|\bgas\b|\bgaz\b"
    r"|erdgas|aardgas|grubengas|naturgas|maakaasu|\bmetano\b|\bplyn\b|foldgaz|co firing|\bpeat\b"
    r"|\btorf|\bturf\b|\bturve|\boil\b|stookolie|heizol|mineralol|petrol|fioul"
    r"|fuel oil|\bolja\b|\bolje\b"
    r"|diesel|gasoil|gasoline|\bnucle|nuklear|kernenerg|kernkraft|karnkraft|kjernekraft|ydinvoima"
    r"|jadern|jadrow|jadrov|\batom|uran|hydrogen|hidrogeno|idrogeno|wasserstoff|waterstof|vatgas"
    r"|\bbrint|fuel cell|brennstoffzell|brandstofcel|\bwaste|abfall|afval|dechets|residuos|rifiuti"
    r"|affald|avfall|\bodpad|\befw\b|incinerat|advanced conversion|druck aus"
)
_TECHNOLOGIES: Final[tuple[tuple[re.Pattern[str], Technology | RejectionReason], ...]] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (_STORAGE, RejectionReason.NOT_RENEWABLE),
        (_BIOGAS, Technology.BIOGAS),
        (_NOT_RENEWABLE, RejectionReason.NOT_RENEWABLE),
        (
            (
                r"\bsolar|\bsolair|\bsolaire|termos?sol|photovolt|fotovolt|fotowolt|\bpv\b"
                r"|\bcsp\b|\bzon|sonne"
                r"|\bsol\b|\bsolenerg|\bsolkraft|\bsolcell|\bsolel|aurinko|slonec|slunec|slnec|napener"
                r"|napelem|napho\b|\bsunc|\bsonc|\bsaul|\bpaikes|ηλιακ|φωτοβολτ|слънч|фотоволт"
            ),
            Technology.SOLAR,
        ),
        (
            (
                r"wind|\bvind|eolien|eolic|eolian|\btuul|\bwiatr|vetern|\bvetr|\bvjetr|\bszel"
                r"|\bvej[aou]"
                r"|αιολικ|вятър"
            ),
            Technology.WIND,
        ),
        (
            (
                r"tidal|\btide|\bwave|marine|ocean|getij|golfslag|golfenerg|gezeiten|wellenenerg"
                r"|wellenkraft|maremot|mareomot|houlomot|undimot|\bmares\b|\bondas\b|moto ondoso"
                r"|tidevand"
                r"|tidevann|tidvatten|bolgeenerg|bolgekraft|\bvagenerg|\bvagkraft|vuorovesi|aaltoener"
                r"|aaltovoima|\bplywow|\bprilivu?\b|arapaly|\bvalurilor|παλιρρ|κυματ|прилив"
            ),
            Technology.MARINE,
        ),
        (
            (
                r"geoth?erm|hot dry rock|aardwarmte|erdwarme|erdwaerme|jordvarme|bergvarme|maalampo"
                r"|γεωθερμ|геотерм"
            ),
            Technology.GEOTHERMAL,
        ),
        (
            (
                r"biomas|biofuel|biobrandst|biobransle|\bwood|holz|\bhout|straw|\bstroh|klarschlamm"
                r"|klaerschlamm|\bbois\b|\blegn[oa]\b|\bmadera|\bmadeira|\bhalm\b|\btraeflis"
                r"|\bdrewn|\bdrev"
                r"|\blemn|βιομαζ|биомас"
            ),
            Technology.BIOMASS,
        ),
        (
            (
                r"hydro|\bhydraul|\bhidr[oa]|\bhidraul|\bhidrul|hidroel|\bhidric|idroel|idraulic"
                r"|wasser|waterkracht"
                r"|waterrad|water power|vandkraft|vattenkraft|vannkraft|\bvesivoima|\bvodn|\bwodn"
                r"|vizener"
                r"|vizeromu|run of (the )?river|reservoir|fil de l eau|fluente|\bhdam\b|\bhror\b"
                r"|υδρ|водн"
                r"|hudroenerg|hudroel|\bvandens|\budens"
            ),
            Technology.HYDRO,
        ),
    )
)


def plain_words(text: str) -> str:
    """Return `text` in lower case, its letters and digits parted by single spaces.

    Headers and values of registers are compared in this form, so that `Capacity (kW)`,
    `capacity_kw` and `CAPACITY KW` are the same.
    """
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


@lru_cache(maxsize=4096)
def technology_of(main: str, detail: str = "") -> Technology | RejectionReason:
    """Return the technology that a register's words name, or why they name none."""
    found = _first_match(bare_words(main))
    second = bare_words(detail)
    if found is RejectionReason.UNKNOWN_TECHNOLOGY:
        return _first_match(second)
    if found is Technology.HYDRO and _PUMPED.search(second):
        return RejectionReason.NOT_RENEWABLE
    if found is Technology.BIOMASS and _first_match(second) is Technology.BIOGAS:
        return Technology.BIOGAS
    return found


def bare_words(text: str) -> str:
    """Return `plain_words` without accents, so that `Éolien` and `eolien` are the same."""
    decomposed = unicodedata.normalize("NFKD", plain_words(text))
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    return letters.translate(_LETTERS)


def _first_match(text: str) -> Technology | RejectionReason:
    """Return what the first matching rule says of normalised words."""
    matches = (technology for pattern, technology in _TECHNOLOGIES if pattern.search(text))
    return next(matches, RejectionReason.UNKNOWN_TECHNOLOGY)

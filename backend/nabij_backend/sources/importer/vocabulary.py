"""Vocabulary of registers for technologies and owners.

A technology is found in this order, and the first that matches decides:

1. storage of any kind, pumped storage included, makes nothing: not renewable;
2. gas from digestion, sewage or landfill is biogas;
3. fossil fuels, nuclear, hydrogen and burnt waste are not renewable;
4. then solar, wind, marine, geothermal, biomass, hydro;
5. anything else is unknown.

A second column (the kind of plant) speaks only where the first leaves it open: hydro that is
pumped storage, biomass that is biogas, and everything the first column leaves unknown.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from nabij_backend.enums import OwnerKind, Technology


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


_PUMPED: Final = re.compile(r"pump")

_STORAGE: Final = r"pump|storage|opslag|speicher|batter|accu|akku|flywheel"
_BIOGAS: Final = (
    r"bio ?gas|biomethan|anaerobic|digest|vergist|landfill|deponiegas|sewage|klärgas"
    r"|gasförmige biomasse"
)
_NOT_RENEWABLE: Final = (
    r"coal|kohle|kolen|lignite|\bgas\b|erdgas|aardgas|grubengas|co firing|peat|torf|\boil\b"
    r"|stookolie|diesel|gasoline|mineralöl|nuclear|kernenerg|kernkraft|uranium|hydrogen"
    r"|wasserstoff|waterstof|fuel cell|waste|abfall|afval|efw|incinerat|advanced conversion"
    r"|druck aus"
)
_TECHNOLOGIES: Final[tuple[tuple[re.Pattern[str], Technology | RejectionReason], ...]] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (_STORAGE, RejectionReason.NOT_RENEWABLE),
        (_BIOGAS, Technology.BIOGAS),
        (_NOT_RENEWABLE, RejectionReason.NOT_RENEWABLE),
        (r"solar|photovolt|fotovolt|\bpv\b|\bcsp\b|\bzon|sonne", Technology.SOLAR),
        (r"wind", Technology.WIND),
        (r"tidal|\btide|\bwave|marine|ocean|getijde|golfslag|gezeiten", Technology.MARINE),
        (r"geotherm|hot dry rock|aardwarmte|erdwärme", Technology.GEOTHERMAL),
        (r"biomas|biofuel|\bwood|holz|\bhout|straw|klärschlamm", Technology.BIOMASS),
        (r"hydro|wasser|waterkracht|run of river|reservoir", Technology.HYDRO),
    )
)

# Person comes first: when in doubt, a source is published as a square.
_OWNERS: Final = (
    (
        OwnerKind.PERSON,
        {"person", "persoon", "particulier", "private", "privat", "natürliche", "household"},
    ),
    (
        OwnerKind.COOPERATIVE,
        {"cooperative", "coöperatie", "cooperatie", "coöperatief", "genossenschaft", "community"},
    ),
    (OwnerKind.FARM, {"farm", "farmer", "boer", "boerderij", "agrarisch", "landwirt"}),
    (OwnerKind.PUBLIC, {"public", "publiek", "gemeente", "municipality", "overheid"}),
    (OwnerKind.COMPANY, {"company", "bedrijf", "commercial", "business", "gmbh", "bv", "ltd"}),
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
    found = _first_match(plain_words(main))
    second = plain_words(detail)
    if found is RejectionReason.UNKNOWN_TECHNOLOGY:
        return _first_match(second)
    if found is Technology.HYDRO and _PUMPED.search(second):
        return RejectionReason.NOT_RENEWABLE
    if found is Technology.BIOMASS and _first_match(second) is Technology.BIOGAS:
        return Technology.BIOGAS
    return found


def _first_match(text: str) -> Technology | RejectionReason:
    """Return what the first matching rule says of normalised words."""
    matches = (technology for pattern, technology in _TECHNOLOGIES if pattern.search(text))
    return next(matches, RejectionReason.UNKNOWN_TECHNOLOGY)


@lru_cache(maxsize=4096)
def owner_kind_of(text: str) -> OwnerKind:
    """Return the kind of owner that a register's words name; `unknown` when they name none."""
    said = set(plain_words(text).split())
    return next((kind for kind, names in _OWNERS if said & names), OwnerKind.UNKNOWN)

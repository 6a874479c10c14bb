"""What to call a source that has no name: a private person's, or one whose register gives none."""

from collections.abc import Mapping
from typing import Final

from nabij_consent.notices import Locale

NOUNS: Final[Mapping[Locale, Mapping[str, tuple[str, str]]]] = {
    Locale.NL: {
        "solar": ("zonnedak", "zonnedaken"),
        "wind": ("windmolen", "windmolens"),
        "hydro": ("waterkrachtinstallatie", "waterkrachtinstallaties"),
        "biogas": ("biogasinstallatie", "biogasinstallaties"),
        "biomass": ("biomassa-installatie", "biomassa-installaties"),
        "geothermal": ("aardwarmtebron", "aardwarmtebronnen"),
        "marine": ("getij- of golfcentrale", "getij- of golfcentrales"),
    },
    Locale.EN: {
        "solar": ("solar roof", "solar roofs"),
        "wind": ("wind turbine", "wind turbines"),
        "hydro": ("hydropower plant", "hydropower plants"),
        "biogas": ("biogas plant", "biogas plants"),
        "biomass": ("biomass plant", "biomass plants"),
        "geothermal": ("geothermal plant", "geothermal plants"),
        "marine": ("tidal or wave plant", "tidal or wave plants"),
    },
}
OTHERS: Final = {
    Locale.NL: ("energiebron", "energiebronnen"),
    Locale.EN: ("energy source", "energy sources"),
}
WHOSE: Final = {
    Locale.NL: ("van een particulier", "van particulieren"),
    Locale.EN: ("of a private person", "of private persons"),
}


def source_label(technology: str, owner_kind: str, count: int, locale: Locale) -> str:
    """Say what a source without a name is, and whose where that is a private person.

    Such as "windmolen", "zonnedak van een particulier" or "12 solar roofs of private persons".
    """
    one, several = NOUNS[locale].get(technology, OTHERS[locale])
    if owner_kind != "person":
        return one
    of_one, of_several = WHOSE[locale]
    return f"{one} {of_one}" if count == 1 else f"{count} {several} {of_several}"

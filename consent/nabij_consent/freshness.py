"""Why a square is old: the only use of what phones report about their networks.

A phone tells its square when it changes, and otherwise once a week, so an old square may be right.
What the phone said of its networks, once a day, tells which it is:

1. a square of the last three hours is recent: an hour is cut, a square waits for a random minute of
   the next one, and an app looks once an hour;
2. without a word about any network nobody can tell;
3. a phone that spoke of a network in the last 26 hours is in touch: until then it had no other
   square to tell. An hour is cut, a state waits for a random minute of the hour a day later, and an
   app looks once an hour;
4. one that fell silent on Wi-Fi, without a mobile network, can tell nothing away from Wi-Fi;
5. any other that is silent is offline or switched off, or its app is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from nabij_consent.dates import written_moment
from nabij_consent.notices import Locale, Texts

RECENTLY: Final = timedelta(hours=3)
IN_TOUCH: Final = timedelta(hours=26)


class Freshness(StrEnum):
    """What a square's age comes from, in the order of the module's list."""

    RECENT = "recent"
    UNKNOWN = "unknown"
    UNCHANGED = "unchanged"
    ONLY_WIFI = "only-wifi"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Whether a network served the phone, in an hour that begins at ``hour``."""

    hour: datetime
    connected: bool


@dataclass(frozen=True, slots=True)
class LastHeard:
    """What one phone told last: the hour of its square, and how its networks served it."""

    square: datetime
    gsm: NetworkReport | None
    wifi: NetworkReport | None

    @property
    def hour(self) -> datetime:
        """When anything was heard last."""
        networks = (each.hour for each in (self.gsm, self.wifi) if each is not None)
        return max([self.square, *networks])

    def freshness(self, now: datetime) -> Freshness:
        """Return what the age of the square comes from."""
        if now - self.square < RECENTLY:
            return Freshness.RECENT
        if self.gsm is None and self.wifi is None:
            return Freshness.UNKNOWN
        if now - self.hour < IN_TOUCH:
            return Freshness.UNCHANGED
        on_wifi = self.wifi is not None and self.wifi.connected
        without_mobile = self.gsm is not None and not self.gsm.connected
        return Freshness.ONLY_WIFI if on_wifi and without_mobile else Freshness.SILENT


def explain_freshness(freshness: Freshness, heard: datetime, locale: Locale) -> str:
    """Tell the customer; ``heard`` is when the phone was heard last, in their time zone."""
    return SENTENCES[freshness][locale].format(heard=written_moment(heard, locale))


SENTENCES: Final[Mapping[Freshness, Texts]] = {
    Freshness.RECENT: {
        Locale.NL: "Dit is van {heard}.",
        Locale.EN: "This is from {heard}.",
    },
    Freshness.UNKNOWN: {
        Locale.NL: "Uw apparaat meldt een vierkant als het verandert, en anders eens per week. "
        "Of het nu bereikbaar is, weten wij niet.",
        Locale.EN: "Your device tells a square when it changes, and otherwise once a week. "
        "Whether it can be reached now, we do not know.",
    },
    Freshness.UNCHANGED: {
        Locale.NL: "Uw apparaat meldde zich op {heard}. "
        "Het was tot dan nergens anders lang genoeg voor een ander vierkant.",
        Locale.EN: "Your device was in touch on {heard}. "
        "Until then it was nowhere else long enough for another square.",
    },
    Freshness.ONLY_WIFI: {
        Locale.NL: "Wij hoorden niets van uw apparaat sinds {heard}. "
        "Het had toen wifi, maar geen mobiel netwerk. Zonder wifi kan het niets melden.",
        Locale.EN: "We have heard nothing from your device since {heard}. "
        "It had Wi-Fi then, but no mobile network. Without Wi-Fi it can tell nothing.",
    },
    Freshness.SILENT: {
        Locale.NL: "Wij hoorden niets van uw apparaat sinds {heard}. "
        "Het is offline, het staat uit, of de app is dicht.",
        Locale.EN: "We have heard nothing from your device since {heard}. "
        "It is offline or switched off, or the app is closed.",
    },
}

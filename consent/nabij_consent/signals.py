"""The words for what is read from a phone, and what it is read for."""

import re
from dataclasses import dataclass
from enum import StrEnum

from nabij_consent.errors import ConsentError

_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*", re.ASCII)
_LONGEST_SLUG = 60


class Signal(StrEnum):
    """What a phone can report. Consent is asked and given for each one apart."""

    GPS = "gps"
    GSM = "gsm"
    WIFI = "wifi"


@dataclass(frozen=True, slots=True, order=True)
class Purpose:
    """What signals are used for, named by a slug such as ``nearby-sources``.

    Raises:
        ConsentError: the slug is not lower-case words joined by hyphens.
    """

    slug: str

    def __post_init__(self) -> None:
        if len(self.slug) > _LONGEST_SLUG or not _SLUG.fullmatch(self.slug):
            raise ConsentError(
                "A purpose is lower-case words joined by hyphens, 60 characters at most, "
                "such as nearby-sources."
            )

    def __str__(self) -> str:
        return self.slug


NEARBY_SOURCES = Purpose("nearby-sources")
"""Showing the community energy sources around the customer."""

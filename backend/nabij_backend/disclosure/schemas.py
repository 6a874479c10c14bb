"""Wire format of vulnerability reports."""

from datetime import date
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from nabij_backend.enums import ReportState
from nabij_backend.http.schemas import Wire

LONGEST_TEXT: Final = 8_000
# 26 letters and digits of Crockford's base 32: 130 bits, of which 128 are random.
CODE_PATTERN: Final = "^[0-9a-hjkmnp-tv-z]{26}$"

_Text = Annotated[
    str,
    # Printed text of several lines: what moves a cursor stays out.
    StringConstraints(
        min_length=1, max_length=LONGEST_TEXT, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]+$"
    ),
    Field(description="What you found, and how one sees it. Leave out who you are, if you like."),
]


class NewReport(Wire):
    """What a finder tells."""

    text: _Text


class ReportCode(Wire):
    """What a finder comes back with. It is shown this once, and only its digest is kept."""

    code: Annotated[str, Field(pattern=CODE_PATTERN)]


class ReportProgress(Wire):
    """How far a report is."""

    state: ReportState
    received_on: date
    changed_on: date
    answer: str | None

"""Wire format of choices and the access log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nabij_backend.enums import Reader
from nabij_backend.http.schemas import Wire

MOST_CHOICES = 100
_SourceId = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class Choices(Wire):
    """The sources that the customer picked."""

    source_ids: Annotated[
        tuple[_SourceId, ...],
        Field(max_length=MOST_CHOICES, description="Ids of the catalogue; these and no others."),
    ]


class Read(Wire):
    """Somebody looked at what is known of the customer."""

    id: UUID
    reader: Reader
    reader_id: Annotated[
        UUID | None, Field(description="Which operator or agent, by a random number.")
    ]
    purpose: Annotated[str, Field(description="What for.")]
    read_at: datetime


class Reads(Wire):
    """Who looked, newest first."""

    reads: tuple[Read, ...]
    before: Annotated[
        UUID | None, Field(description="Ask for the next page with this; None: that was all.")
    ]

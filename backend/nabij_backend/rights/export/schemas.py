"""Wire format of the export; ``docs/export.md`` describes every member."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from nabij_backend.http.schemas import Wire
from nabij_consent import Locale

FORMAT_VERSION: Literal[1] = 1


class ExportedTable(Wire):
    """One table, with what it is for and how long it is kept."""

    title: str
    why: str
    kept: Annotated[str, Field(description="How long.")]
    rows: Annotated[
        tuple[dict[str, Any], ...],
        Field(description="Column by column; bytes as \\x and hexadecimal, times in UTC."),
    ]


class ExportedSource(Wire):
    """A source that the person chose, as it is published."""

    name: str | None
    language: Annotated[str | None, Field(description="Of the name, as a tag of BCP 47.")]
    technology: str
    owner_kind: str
    count: int


class Archive(Wire):
    """Everything that is kept about one person, as of one moment."""

    format: Literal["nabij-export"] = "nabij-export"
    format_version: Literal[1] = FORMAT_VERSION
    made_at: datetime
    locale: Annotated[Locale, Field(description="Of the titles and explanations.")]
    tables: dict[str, ExportedTable]
    sources: Annotated[
        dict[str, ExportedSource], Field(description="What the chosen sources are, by their id.")
    ]
    notices: Annotated[
        tuple[dict[str, Any], ...],
        Field(description="The privacy statements that the person was shown, whole."),
    ]
    notice: Annotated[
        dict[str, Any] | None, Field(description="The privacy statement that holds now.")
    ]

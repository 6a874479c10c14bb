"""Wire format of objections."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nabij_backend.enums import Objectionable
from nabij_backend.http.schemas import Wire


class Objection(Wire):
    """Whether the customer objects to a purpose, and since when."""

    purpose: Objectionable
    objected_at: Annotated[datetime | None, Field(description="None: they do not object.")]


class Objecting(Wire):
    """The customer objects: where they did, as with every act."""

    device_id: UUID

"""Wire format of an erasure."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from nabij_backend.http.schemas import Wire


class AccountErased(Wire):
    """The account is gone."""

    erased_at: datetime
    rows: Annotated[dict[str, int], Field(description="How many rows went, by table.")]
    receipt: Annotated[
        str, Field(description="The proof: a JWS. Keep it, for we cannot make it again.")
    ]

"""Wire format of a notice."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from nabij_backend.http.schemas import Wire
from nabij_consent import Locale


class ServedNotice(Wire):
    """The current notice, as shown to somebody."""

    notice: Annotated[dict[str, Any], Field(description="The canonical notice document.")]
    digest: Annotated[str, Field(description="SHA-256 over the document's RFC 8785 form.")]
    locale: Locale
    nonce: Annotated[
        UUID | None, Field(description="Names this showing in a grant; only when signed in.")
    ] = None

"""The current catalogue, for endpoints."""

from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Request

from nabij_backend.catalogue.service import CurrentCatalogue


async def _catalogue(request: Request) -> CurrentCatalogue:
    return cast("CurrentCatalogue", request.app.state.catalogue)


TheCatalogue: TypeAlias = Annotated[CurrentCatalogue, Depends(_catalogue)]
"""The catalogue of this process."""

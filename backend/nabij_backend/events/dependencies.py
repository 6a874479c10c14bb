"""The feed of changes, for endpoints."""

from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Request

from nabij_backend.events.feed import Feed


async def _feed(request: Request) -> Feed:
    return cast("Feed", request.app.state.feed)


TheFeed: TypeAlias = Annotated[Feed, Depends(_feed)]
"""The feed of this process."""

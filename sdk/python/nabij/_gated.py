"""``@nabij.gated``: an app's own collection code, behind the same gate as ours."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar, cast, overload

from nabij._live import GpsGrant, GsmGrant, LiveGrant, WifiGrant
from nabij._permissions import Permissions
from nabij_consent import NEARBY_SOURCES, Purpose, Signal

P = ParamSpec("P")
T = TypeVar("T")
GrantT_co = TypeVar("GrantT_co", bound=LiveGrant, covariant=True)


class Gating(Protocol[GrantT_co]):
    """Turns a reader that needs a grant into one that needs a client."""

    def __call__(
        self, read: Callable[Concatenate[GrantT_co, P], T], /
    ) -> Callable[Concatenate[Permissions, P], T]:
        """Return the gated reader."""
        ...


@overload
def gated(signal: Literal["gps"], *, purpose: Purpose = ...) -> Gating[GpsGrant]: ...
@overload
def gated(signal: Literal["gsm"], *, purpose: Purpose = ...) -> Gating[GsmGrant]: ...
@overload
def gated(signal: Literal["wifi"], *, purpose: Purpose = ...) -> Gating[WifiGrant]: ...


def gated(signal: str, *, purpose: Purpose = NEARBY_SOURCES) -> Gating[Any]:
    """Let a function that reads a signal run only while the customer permits it.

    The function takes the grant first; what it becomes takes the client in its place:

        @nabij.gated("gps")
        def read(grant: nabij.GpsGrant, receiver: Receiver) -> Fix: ...

        read(client, receiver)

    What it returns is thrown away where the permission ended meanwhile. Works for ``async def``
    too; a generator cannot be gated, since it runs on after the gate was asked.

    Raises:
        NotPermitted: from the gated function, whose body then did not run, or whose result may
            not be used any more.
        TypeError: from decorating a generator.
    """
    asked = Signal(signal)

    def decorate(read: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.isgeneratorfunction(read) or inspect.isasyncgenfunction(read):
            raise TypeError("A generator runs on after the gate was asked: gate each reading.")
        return _awaiting(read) if inspect.iscoroutinefunction(read) else _calling(read)

    def _calling(read: Callable[..., T]) -> Callable[..., T]:
        @wraps(read)
        def permitted(client: Permissions, *args: object, **kwargs: object) -> T:
            grant = client.live(asked, purpose=purpose)
            result = read(grant, *args, **kwargs)
            grant.require()
            return result

        return permitted

    def _awaiting(read: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        @wraps(read)
        async def permitted(client: Permissions, *args: object, **kwargs: object) -> T:
            grant = client.live(asked, purpose=purpose)
            result = await read(grant, *args, **kwargs)
            grant.require()
            return result

        return permitted

    return cast("Gating[Any]", decorate)

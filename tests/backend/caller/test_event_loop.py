"""Dependencies run in the event loop.

FastAPI gives one that is no coroutine to a thread, and each change of thread takes longer than all
that most of them do.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from nabij_backend.app import described_api


def _called(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for each in dependant.dependencies:
        assert each.call is not None
        yield each.call
        yield from _called(each)


def _is_asynchronous(call: Callable[..., Any]) -> bool:
    function = call if inspect.isfunction(call) else type(call).__call__
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def test_no_dependency_changes_the_thread() -> None:
    routes = [each for each in described_api().routes if isinstance(each, APIRoute)]
    called = {call for each in routes for call in _called(each.dependant)}
    assert len(called) > 10
    assert [call for call in called if not _is_asynchronous(call)] == []

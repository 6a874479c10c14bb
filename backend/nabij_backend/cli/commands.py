"""A group of commands, each with ``--json`` and with errors as messages."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final, ParamSpec, cast

import typer

from nabij_backend.cli import output

_P = ParamSpec("_P")
_NAME: Final = "as_json"
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


class Commands(typer.Typer):
    """A group of commands; each answers by ``output.answer``, and has ``--json`` from here."""

    def command(self, name: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - typer's
        """Add a command."""
        register = super().command(name, **options)

        def decorate(function: Callable[_P, None]) -> Callable[_P, None]:
            register(_answering(function))
            return function

        return decorate


def _answering(function: Callable[_P, None]) -> Callable[..., None]:
    """Return the command with ``--json``, which fails with a message."""

    @wraps(function)
    def command(*arguments: _P.args, **options: _P.kwargs) -> None:
        if cast("dict[str, object]", options).pop(_NAME):
            output.use_json(wanted=True)
        with output.failures():
            function(*arguments, **options)

    signature = inspect.signature(function)
    json = inspect.Parameter(_NAME, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json)
    parameters = [*signature.parameters.values(), json]
    command.__signature__ = signature.replace(parameters=parameters)  # pyright: ignore[reportAttributeAccessIssue]
    command.__annotations__ = {**function.__annotations__, _NAME: Json}
    return command

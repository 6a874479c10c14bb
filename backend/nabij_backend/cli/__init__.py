"""The command line ``nabij``.

Every command answers by ``output.answer``, takes ``--json``, says in its errors what to do, and
exits with 0 (done), 1 (not done; something must be mended first) or 2 (the call's words are off).

A command's module is loaded when the command is called: all of them take a second and a half.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points, version
from typing import Annotated, Any, Final, cast

import typer
from typer.core import TyperGroup

from nabij_backend.cli import output
from nabij_backend.cli.commands import Commands, Json
from nabij_backend.migrations import newest_revision

_COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "serve": ("serve", "command"),
    "migrate": ("database", "command"),
    "token": ("token", "command"),
    "status": ("status", "command"),
    "doctor": ("doctor", "command"),
    "register": ("register", "command"),
    "worker": ("worker", "command"),
    "verify": ("verify", "verify"),
    "verify-log": ("verify", "verify_log"),
    "witness": ("witness", "command"),
    "fsck": ("fsck", "command"),
    "restore-check": ("restore", "command"),
    "places": ("places", "command"),
    "sources": ("sources", "app"),
    "notice": ("notice", "app"),
    "keys": ("keys", "app"),
    "log": ("log", "app"),
    "retention": ("retention", "app"),
    "operators": ("operators", "app"),
    "requests": ("requests", "app"),
    "reports": ("reports", "app"),
    "mandates": ("mandates", "app"),
    "subject": ("subject", "subject_app"),
    "consent": ("subject", "consent_app"),
}
"""Each command or group, its module, and its name in there; plugins bring others."""


class _Modules(Mapping[str, Any]):
    """Commands by name, each loaded when it is looked up."""

    def __init__(self) -> None:
        self._plugins = {each.name: each for each in entry_points(group="nabij.commands")}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - typer keeps the type of commands private
        found = self._plugins[name].load() if name in self._plugins else _own(name)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = name
            return group
        alone = Commands(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter((*self._plugins, *_COMMANDS))

    def __len__(self) -> int:
        return len(self._plugins) + len(_COMMANDS)


def _own(name: str) -> Any:  # noqa: ANN401 - a function or a group of typer
    module, member = _COMMANDS[name]
    return getattr(import_module(f"{__name__}.{module}"), member)


class _Commands(TyperGroup):
    """All of them, without loading any."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**given)
        self.commands = cast("dict[str, Any]", _Modules())


app = typer.Typer(
    cls=_Commands,
    pretty_exceptions_enable=False,
    help="Nabij: community energy near you, without knowing where you are.",
    no_args_is_help=True,
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"nabij {version('nabij-backend')}, schema {newest_revision()}")
        raise typer.Exit


@app.callback()
def _begin(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_say_version,
            is_eager=True,
            help="Show the version and the newest schema that it knows.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Begin each command."""
    output.use_json(as_json)

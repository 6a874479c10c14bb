"""Output of commands: words for people, one JSON object for programs, and clear failures.

Whatever is printed may come from outside: the title of a notice, the name of a source, a member of
a proof. No such text moves the cursor, hides, turns around or begins a line of its own, which could
pass for ours: characters that are not printed are written as escapes (``visible``), and texts of
several lines stand behind a bar (``quote``).
"""

import json
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn
from unicodedata import category

import psycopg
import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console, RenderableType
from rich.text import Text

from nabij_backend.errors import UserError
from nabij_backend.settings import Settings, read_settings
from nabij_consent import ConsentError

FAILED = 1


def visible(text: str) -> str:
    """Return the text with a JSON escape for each character that is neither printed nor a space."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable() or category(character) == "Zs":
        return character
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


class Terminal(Console):
    """A console that prints texts as they are, brackets and all, but only what is visible."""

    def __init__(self, *, stderr: bool = False, quiet: bool = False) -> None:
        super().__init__(stderr=stderr, quiet=quiet, emoji=False, markup=False, highlight=False)

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - as rich has them
        """Draw a text, also in a cell of a table."""
        return super().render_str(visible(text), **options)


people = Terminal()
trouble = Terminal(stderr=True)

_wants_json = ContextVar("nabij_wants_json", default=False)


def wants_json() -> bool:
    """Return whether the caller asked for JSON."""
    return _wants_json.get()


def use_json(wanted: bool) -> None:
    """Answer with JSON from now on, or with words."""
    _wants_json.set(wanted)


def answer(document: Mapping[str, object], *shown: RenderableType | Callable[[], None]) -> None:
    """Answer with a document where the caller asked for JSON, else with what is shown of it."""
    if wants_json():
        print_json(document)
        return
    for each in shown:
        if callable(each):
            each()
        else:
            say(each)


def say(what: RenderableType, style: str | None = None) -> None:
    """Show words or a table to people; the terminal breaks lines."""
    people.print(what, style=style, soft_wrap=isinstance(what, str))


def quote(text: str, style: str | None = None) -> None:
    """Show a text from outside, line by line behind a bar."""
    for line in text.split("\n"):
        say(f"│ {line}", style)


def print_page(text: str) -> None:
    """Print a text of several lines on standard output, for a file or for the terminal."""
    sys.stdout.write("\n".join(map(visible, text.split("\n"))))
    sys.stdout.flush()


def json_text(value: Mapping[str, object]) -> str:
    """Return one JSON object on a line, in which nothing is hidden."""
    return visible(json.dumps(value, ensure_ascii=False, default=str)) + "\n"


def print_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json_text(value))
    sys.stdout.flush()


def fail(message: str) -> NoReturn:
    """Say what is wrong and what to do, and end with exit code 1."""
    if wants_json():
        print_json({"error": message})
    trouble.print(message, style="bold red", soft_wrap=True)
    raise typer.Exit(FAILED)


def warn(message: str) -> None:
    """Say what may be wrong, and go on."""
    trouble.print(f"Warning: {message}", style="yellow", soft_wrap=True)


@contextmanager
def failures() -> Generator[None]:
    """Turn the errors that a person can mend into a message and exit code 1."""
    try:
        yield
    except psycopg.OperationalError:
        fail(
            "The database cannot be reached: check that it runs and that NABIJ_DATABASE_URL "
            "names it."
        )
    except psycopg.errors.InsufficientPrivilege:
        fail("The database login may not do this: use one with the role.")
    except NO_SCHEMA:
        fail("The database has not this version's schema: run `nabij migrate`.")
    except psycopg.errors.RaiseException as error:  # our own words, from a migration
        fail(f"{error.diag.message_primary} {error.diag.message_hint}")
    except OSError as error:
        fail(
            f"{error.strerror or 'A file cannot be used'}: check that the files and folders "
            "named here exist, and that you may read and write them."
        )
    except (ConsentError, UserError) as error:
        fail(str(error))


NO_SCHEMA = (
    psycopg.errors.InvalidParameterValue,  # our roles are not there
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedObject,
    psycopg.errors.UndefinedTable,
)
"""Errors of a database that lacks this version's schema."""


def settings() -> Settings:
    """Return the settings, or a failure that names the variables to mend."""
    try:
        return read_settings()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        named = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in faults)
        fail(_unusable(named))
    except SettingsError as error:
        # Its message names the field between quotes, and nothing of the value.
        field = str(error).partition('"')[2].partition('"')[0]
        fail(_unusable([(field, 'write it as JSON, such as ["NL"]')]))


def _unusable(faults: Iterable[tuple[str, str]]) -> str:
    told = (
        f"NABIJ_{field.upper()}: {message.removeprefix('Value error, ')}"
        for field, message in faults
    )
    return f"Settings that cannot be used. {'; '.join(told)}."

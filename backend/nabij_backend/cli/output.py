"""How commands speak: words for people, one JSON object for programs, and clear failures."""

import json
import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Annotated, NoReturn

import psycopg
import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console, RenderableType

from nabij_backend.embedded import EmbeddedError
from nabij_backend.identity import IdentityError
from nabij_backend.settings import MissingSetting, Settings, read_settings
from nabij_backend.trouble import Trouble
from nabij_consent import ConsentError

FAILED = 1


# Names of sources and texts of notices are shown as they are, brackets and all.
people = Console(markup=False, highlight=False)
trouble = Console(stderr=True, markup=False, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


def say(what: RenderableType, style: str | None = None) -> None:
    """Words or a table, for people; lines are left to the terminal to break."""
    people.print(what, style=style, soft_wrap=isinstance(what, str))


def print_json(value: Mapping[str, object]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def fail(message: str, *, as_json: bool) -> NoReturn:
    """Say what is wrong and what to do, and end with exit code 1."""
    if as_json:
        print_json({"error": message})
    trouble.print(message, style="bold red", soft_wrap=True)
    raise typer.Exit(FAILED)


def warn(message: str) -> None:
    """Say what may be wrong, and go on."""
    trouble.print(f"Warning: {message}", style="yellow", soft_wrap=True)


@contextmanager
def failures(*more: type[Exception], as_json: bool) -> Generator[None]:
    """Turn the errors that a person can mend, and ``more`` such, into a message and exit code 1."""
    try:
        yield
    except psycopg.OperationalError:
        fail(
            "The database cannot be reached. Check that it runs and that NABIJ_DATABASE_URL "
            "names it; without that variable Nabij starts its own.",
            as_json=as_json,
        )
    except psycopg.errors.InsufficientPrivilege:
        fail("The database login may not do this: use one with the role.", as_json=as_json)
    except _NO_SCHEMA:
        fail("The database has not this version's schema: run `nabij migrate`.", as_json=as_json)
    except psycopg.errors.RaiseException as error:  # our own words, from a migration
        fail(f"{error.diag.message_primary} {error.diag.message_hint}", as_json=as_json)
    except OSError as error:
        fail(
            f"{error.strerror or 'A file cannot be used'}: check that the files and folders "
            "named here exist, and that you may read and write them.",
            as_json=as_json,
        )
    except (
        ConsentError,
        EmbeddedError,
        IdentityError,
        MissingSetting,
        Trouble,
        *more,
    ) as error:
        fail(str(error), as_json=as_json)


_NO_SCHEMA = (
    psycopg.errors.InvalidParameterValue,  # our roles are not there
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedObject,
    psycopg.errors.UndefinedTable,
)


def settings(*, as_json: bool) -> Settings:
    """The settings, or a failure that names the variables to mend."""
    try:
        return read_settings()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        named = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in faults)
        fail(_unusable(named), as_json=as_json)
    except SettingsError as error:
        # Its message names the field between quotes, and nothing of the value.
        field = str(error).partition('"')[2].partition('"')[0]
        fail(_unusable([(field, 'write it as JSON, such as ["NL"]')]), as_json=as_json)


def _unusable(faults: Iterable[tuple[str, str]]) -> str:
    told = (
        f"NABIJ_{field.upper()}: {message.removeprefix('Value error, ')}"
        for field, message in faults
    )
    return f"Settings that cannot be used. {'; '.join(told)}."

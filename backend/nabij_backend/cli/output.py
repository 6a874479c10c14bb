"""How commands speak: words for people, one JSON object for programs, and clear failures."""

import json
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Annotated, NoReturn

import psycopg
import typer
from pydantic import ValidationError
from rich.console import Console

from nabij_backend.embedded import EmbeddedError
from nabij_backend.identity import IdentityError
from nabij_backend.settings import MissingSetting, Settings
from nabij_backend.sources.importer import SourceImportError
from nabij_consent import ConsentError

FAILED = 1

people = Console()
trouble = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


def print_json(value: Mapping[str, object]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def fail(message: str, *, as_json: bool) -> NoReturn:
    """Say what is wrong and what to do, and end with exit code 1."""
    if as_json:
        print_json({"error": message})
    trouble.print(message, style="bold red", markup=False, highlight=False)
    raise typer.Exit(FAILED)


@contextmanager
def failures(*, as_json: bool) -> Generator[None]:
    """Turn the errors that a person can mend into a message and exit code 1."""
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
    except psycopg.errors.UndefinedTable:
        fail("The database has no schema yet: run `nabij migrate`.", as_json=as_json)
    except (
        EmbeddedError,
        IdentityError,
        MissingSetting,
        SourceImportError,
        ConsentError,
        OSError,
    ) as error:
        fail(str(error), as_json=as_json)


def settings(*, as_json: bool) -> Settings:
    """The settings, or a failure that names the variables to mend."""
    try:
        return Settings()
    except ValidationError as error:
        faults = ", ".join(
            f"NABIJ_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        fail(f"Settings that cannot be used: {faults}", as_json=as_json)

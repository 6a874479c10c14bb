"""SQL statements in files, each named and described.

A file holds statements that belong together, each below a line ``-- name: what_it_does`` and a
sentence that says what it is for.
"""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_SENTENCE = re.compile(r"\A(--.*\n)+")


@cache
def load(file: str, package: str = __name__) -> dict[str, bytes]:
    """Return the statements of ``<file>.sql`` in a package by name, as psycopg takes them.

    Raises:
        FileNotFoundError: there is no such file.
    """
    _, *parts = _NAME.split((files(package) / f"{file}.sql").read_text(encoding="utf-8"))
    names, statements = parts[::2], parts[1::2]
    return {name: _bare(text) for name, text in zip(names, statements, strict=True)}


def _bare(text: str) -> bytes:
    """Return a statement without its sentence: what is sent each time says nothing to anybody."""
    return _SENTENCE.sub("", text.strip()).encode()


def statements(file: str) -> list[str]:
    """Return the statements of ``<file>.sql`` in order, as text."""
    return [statement.decode() for statement in load(file).values()]

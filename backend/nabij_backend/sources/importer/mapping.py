"""A mapping: what an operator says of a register's files, saved for the next edition.

As TOML::

    register = "molens-utrecht"
    licence = "CC-BY-4.0"
    operating = ["In bedrijf"]

    [columns]
    id = "Molen nr"
    technology = "Soort"

    [values."Soort"]
    "wiekenkruis" = "wind"
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.importer.errors import MappingFileError


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class SavedMapping:
    """How to read the files of a register.

    Attributes:
        register: the register's name, with which ids begin; None: that of the recognised register,
            else the sources are the supplier's own.
        licence: under which the register is published, shown with every source; None: as it is
            known.
        attribution: the words in which the register's publisher wants to be named.
        url: where the register is published.
        replaces: whether sources of the register that a file lacks leave; None: they do where the
            recognised register publishes itself as a whole, unless it is most of them.
        layer: the layer of a file, or the sheet of a workbook; None: the only one.
        crs: the coordinate system to take instead of the file's or the register's.
        technology: of every row.
        owner_kind: of every row.
        id_columns: the columns that make an id together; none: the one that `columns` names.
        row_ids: whether the number of a row is its id, in a register that has none.
        operating: the statuses of sources that run; none: what the register says, else all run.
        columns: the column of a field, going before what the register says.
        values: what words of a column mean: a technology, `not-renewable`, or a kind of owner.
    """

    register: str | None = None
    licence: str | None = None
    attribution: str | None = None
    url: str | None = None
    replaces: bool | None = None
    layer: str | None = None
    crs: str | None = None
    technology: Technology | None = None
    owner_kind: OwnerKind | None = None
    id_columns: tuple[str, ...] = ()
    row_ids: bool | None = None
    operating: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    def but(self, said: "SavedMapping") -> "SavedMapping":
        """Return this mapping, but for what another one says."""
        scalars = {name: getattr(said, name) for name in _SCALARS}
        return replace(
            self,
            **{name: value for name, value in scalars.items() if value is not None},
            id_columns=said.id_columns or self.id_columns,
            operating=said.operating or self.operating,
            columns={**self.columns, **said.columns},
            values={**self.values, **said.values},
        )

    def write(self, path: Path) -> None:
        """Write the mapping as TOML."""
        path.write_text("\n".join((*self._lines(), "")), encoding="utf-8")

    def _lines(self) -> Iterator[str]:
        for name in _SCALARS:
            if (value := getattr(self, name)) is not None:
                yield f"{name} = {_quoted(value)}"
        for name in _LISTS:
            if value := getattr(self, name):
                yield f"{name} = {_quoted(value)}"
        tables = {"columns": self.columns}
        tables |= {f"values.{_quoted(column)}": words for column, words in self.values.items()}
        for name, entries in tables.items():
            if entries:
                yield ""
                yield f"[{name}]"
                yield from (f"{_quoted(key)} = {_quoted(entry)}" for key, entry in entries.items())


_SCALARS: Final = (
    *("register", "licence", "attribution", "url", "replaces"),
    *("layer", "crs", "technology", "owner_kind", "row_ids"),
)
_LISTS: Final = ("id_columns", "operating")
_READER: Final = TypeAdapter(SavedMapping)


def read_mapping(path: Path) -> SavedMapping:
    """Return a mapping that was saved.

    Raises:
        MappingFileError: the file is none.
    """
    try:
        return _READER.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        # What they say repeats the file.
        raise MappingFileError from None


def _quoted(value: object) -> str:
    """Return a value as TOML writes it, which for these types is as JSON does."""
    return json.dumps(value, ensure_ascii=False)

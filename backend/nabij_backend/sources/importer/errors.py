"""Errors that reject a whole file.

SourceImportError
├── UnreadableFileError     neither CSV nor anything GDAL reads, or damaged
├── OtherFormatError        of a format that is not read, such as PDF
├── GdalMissingError        not CSV, and GDAL is not installed
├── LayerError              --layer is needed, or names none
├── UnmappableFileError     columns that are needed were not recognised
├── SeveralIdsError         the id is said in several ways
├── UnknownFieldError       --map names a field that does not exist
├── UnknownColumnError      --map or --id names a column that the file does not have
├── UnknownCrsError         --crs is not a coordinate system
├── MissingCrsError         eastings and northings of an unnamed coordinate system
├── RegisterNameError       --register is no name that ids can begin with
├── EditionDateError        --edition is later than today, or before 2000
├── OlderEditionError       the catalogue has a later edition of the register
├── MostDepartError         the file lacks most of its register
├── MappingFileError        --as or --save names a file that is no mapping
├── ValueMappingError       --value cannot be followed
├── SaidTwiceError          a technology or owner of every row, and a column for it
├── NoRegisterError         --attribution or --url without a register
├── NoStatusError           --operating without a column for the status
├── NoOperatingError        --map status without the statuses of sources that run
├── RejectsPlaceError       the list of rejects cannot be written
└── RejectsFileError        --rejects names a file that is somebody's

No message repeats a row's data or an argument; column headers of a register are not personal.
"""

from collections.abc import Iterable
from datetime import date

from nabij_backend.errors import UserError


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(filter(None, columns))


class SourceImportError(UserError):
    """A file cannot be imported; nothing was changed."""


class UnreadableFileError(SourceImportError):
    """The file cannot be read: give a CSV file, a GeoJSON file or another file that GDAL reads.

    If it is one of these, it is damaged: get it again.
    """


class OtherFormatError(SourceImportError):
    """The file is of a format that is not read."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"The file is {what}: {remedy}.")


class GdalMissingError(SourceImportError):
    """Only CSV is read without GDAL: install `nabij-backend[import]`, or give a CSV file."""


class LayerError(SourceImportError):
    """A file of several layers needs --layer."""

    def __init__(self, names: Iterable[str]) -> None:
        listed = _listed(names)
        super().__init__(
            f"Choose a layer or sheet with --layer. The file's: {listed}."
            if listed
            else "This file has no layers: leave --layer out."
        )


class UnmappableFileError(SourceImportError):
    """Columns that are needed were not recognised."""

    def __init__(self, missing: Iterable[str], columns: Iterable[str]) -> None:
        super().__init__(
            f"No column was recognised as {', '.join(missing)}. "
            f"Name it with --map field=column. The file's columns: {_listed(columns)}."
        )


class SeveralIdsError(SourceImportError):
    """The mapping says in several ways what the id is."""

    def __init__(self) -> None:
        super().__init__("Say in one way what the id is: --map id=COLUMN, --id, or --row-ids.")


class UnknownFieldError(SourceImportError):
    """The mapping names a field that does not exist."""

    def __init__(self, fields: Iterable[str]) -> None:
        super().__init__(f"--map names an unknown field; choose from {', '.join(fields)}.")


class UnknownColumnError(SourceImportError):
    """The mapping names a column that the file does not have."""

    def __init__(self, columns: Iterable[str]) -> None:
        super().__init__(
            "--map or --id names a column that the file does not have. "
            f"The file's columns: {_listed(columns)}."
        )


class UnknownCrsError(SourceImportError):
    """The coordinate system is unknown: give --crs as for instance EPSG:28992 or EPSG:25832."""


class MissingCrsError(SourceImportError):
    """Eastings and northings need their coordinate system: give --crs, for instance EPSG:28992."""


class RegisterNameError(SourceImportError):
    """A register's name is lower-case letters, digits and hyphens, such as `zonnedaken-utrecht`."""


class EditionDateError(SourceImportError):
    """An edition is a day from 2000 to today: give the day of the file, --edition YYYY-MM-DD."""


class OlderEditionError(SourceImportError):
    """The catalogue has a later edition of this register."""

    def __init__(self, known: date) -> None:
        super().__init__(
            f"The catalogue has a later edition of this register, of {known.isoformat()}. "
            "Give the day of this file with --edition, or take the later one back with "
            "`nabij sources undo`."
        )


class MostDepartError(SourceImportError):
    """More than half of a register's sources are not in the file."""

    def __init__(self, missing: int, known: int) -> None:
        super().__init__(
            f"{missing} of the {known} sources of this register are not in the file. "
            "Give --add where the file is a part of it, or --replace to let them leave."
        )


class RejectsFileError(SourceImportError):
    """The list of rejects would replace a file that is none: name another with --rejects."""


class MappingFileError(SourceImportError):
    """This file is no mapping: `--save FILE.toml` writes one. docs/importing.md has an example."""


class ValueMappingError(SourceImportError):
    """--value is COLUMN:WORD=MEANING, of a column that is mapped to technology or owner_kind.

    Its meaning is a technology, `not-renewable`, or a kind of owner.
    """


class SaidTwiceError(SourceImportError):
    """--technology and --owner are of every row: leave --map and --value of the same field out."""


class NoRegisterError(SourceImportError):
    """--attribution and --url are of a register: name it with --register."""


class NoStatusError(SourceImportError):
    """--operating needs the column that says so: give --map status=COLUMN."""


class NoOperatingError(SourceImportError):
    """--map status=COLUMN needs the statuses of sources that run: give --operating WORD."""


class RejectsPlaceError(SourceImportError):
    """The list of rejects cannot be written there: name another place with --rejects."""

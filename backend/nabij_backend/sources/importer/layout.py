"""Mapping of columns to fields, by the register's names or by `--map`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.importer.errors import (
    MissingCrsError,
    NoOperatingError,
    NoStatusError,
    SaidTwiceError,
    UnknownColumnError,
    UnknownFieldError,
    UnmappableFileError,
    ValueMappingError,
)
from nabij_backend.sources.importer.mapping import SavedMapping
from nabij_backend.sources.importer.registers import PLAIN, REGISTERS, WGS84, Field, Register
from nabij_backend.sources.importer.vocabulary import RejectionReason, plain_words

_DEGREES: Final = (Field.LATITUDE, Field.LONGITUDE)
_METRES: Final = (Field.EASTING, Field.NORTHING)
_ONE_CELL: Final = (Field.COORDINATES, Field.COORDINATES)

# To map a field is to say that those on the other side of its pair are not meant.
_INSTEAD_OF: Final[Mapping[Field, tuple[Field, ...]]] = {
    Field.CAPACITY_KW: (Field.CAPACITY_MW,),
    Field.CAPACITY_MW: (Field.CAPACITY_KW,),
    Field.LATITUDE: (*_METRES, Field.COORDINATES),
    Field.LONGITUDE: (*_METRES, Field.COORDINATES),
    Field.EASTING: (*_DEGREES, Field.COORDINATES),
    Field.NORTHING: (*_DEGREES, Field.COORDINATES),
    Field.COORDINATES: (*_METRES, *_DEGREES),
}


_MEANINGS: Final[Mapping[Field, frozenset[str]]] = {
    Field.TECHNOLOGY: frozenset({*Technology, RejectionReason.NOT_RENEWABLE}),
    Field.OWNER_KIND: frozenset(OwnerKind),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the rows of one file.

    Attributes:
        register: the recognised register, or the plain form.
        register_name: begins the identifiers; None: the supplier's own sources.
        columns: the file's column for each field that it has.
        place: the fields of the x and the y coordinate, twice the same where one cell holds both;
            None: the row's geometry.
        crs: the coordinate system of those.
        owner_kind: of every row; None: as the row says.
        meanings: what words of a field mean, by `plain_words`.
    """

    register: Register
    register_name: str | None
    columns: Mapping[Field, str]
    place: tuple[Field, Field] | None
    crs: str
    owner_kind: OwnerKind | None
    meanings: Mapping[Field, Mapping[str, str]]


def recognise(columns: Sequence[str]) -> Register:
    """Return the register that a file's columns show; the plain form when they show none."""
    known = {plain_words(column) for column in columns}

    def shows(register: Register) -> bool:
        marked = all(known.intersection(register.columns[mark]) for mark in register.marks)
        return marked and known.issuperset(register.id_columns)

    return next((register for register in REGISTERS if shows(register)), PLAIN)


def lay_out(columns: Sequence[str], mapping: SavedMapping, geometry_crs: str | None) -> Layout:
    """Return how to read a file with these columns.

    Args:
        columns: the file's headers.
        mapping: what the operator says, going before what the register says.
        geometry_crs: the coordinate system of the rows' geometry; None: they have none.

    Raises:
        UnknownFieldError: the mapping names a field that does not exist.
        UnknownColumnError: the mapping names a column that the file does not have.
        UnmappableFileError: no column for the id, the technology or the place.
        MissingCrsError: eastings and northings without a coordinate system.
        ValueMappingError: values of another column than technology and owner, or that mean neither.
        SaidTwiceError: a technology or owner of every row, and a column for it.
        NoStatusError: statuses of sources that run, and no column for the status.
        NoOperatingError: a column for the status, and no statuses of sources that run.
    """
    register = recognise(columns)
    if mapping.technology is not None:
        register = replace(register, technology=mapping.technology)
    if mapping.operating:
        register = replace(register, operating=frozenset(map(plain_words, mapping.operating)))
    asked = _asked(columns, mapping.columns)
    found = _found(register, columns)
    for field in asked:
        for other in _INSTEAD_OF.get(field, ()):
            found.pop(other, None)
    found |= asked
    for field, everywhere in (
        (Field.TECHNOLOGY, mapping.technology),
        (Field.TECHNOLOGY_DETAIL, mapping.technology),
        (Field.OWNER_KIND, mapping.owner_kind),
    ):
        if everywhere is not None:
            if field in asked:
                raise SaidTwiceError
            found.pop(field, None)
    place = _place(found, asked, has_geometry=geometry_crs is not None)
    _require(register, found, columns, place, has_geometry=geometry_crs is not None)
    if mapping.operating and Field.STATUS not in found:
        raise NoStatusError
    if Field.STATUS in asked and not register.operating:
        raise NoOperatingError
    return Layout(
        register,
        mapping.register or register.name or None,
        found,
        place,
        mapping.crs or _crs(register, place, geometry_crs),
        mapping.owner_kind,
        dict(_meanings(found, mapping.values)),
    )


def _meanings(
    found: Mapping[Field, str], values: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Field, Mapping[str, str]]]:
    """Yield what words of a field mean."""
    fields = {plain_words(column): field for field, column in found.items() if field in _MEANINGS}
    for column, words in values.items():
        field = fields.get(plain_words(column))
        if field is None or not _MEANINGS[field].issuperset(words.values()):
            raise ValueMappingError
        yield field, {plain_words(word): meaning for word, meaning in words.items()}


def _asked(columns: Sequence[str], mapping: Mapping[str, str]) -> dict[Field, str]:
    """Return `mapping` with its fields and columns as this file has them."""
    by_words = {plain_words(column): column for column in reversed(columns)}
    asked: dict[Field, str] = {}
    for name, wanted in mapping.items():
        if name not in set(Field):
            raise UnknownFieldError(Field)
        column = wanted if wanted in columns else by_words.get(plain_words(wanted))
        if column is None:
            raise UnknownColumnError(columns)
        asked[Field(name)] = column
    return asked


def _found(register: Register, columns: Sequence[str]) -> dict[Field, str]:
    """Return the columns of the fields that the register's names find."""
    by_words = {plain_words(column): column for column in reversed(columns)}
    found: dict[Field, str] = {}
    for field, candidates in register.columns.items():
        column = next((by_words[name] for name in candidates if name in by_words), None)
        if column is not None:
            found[field] = column
    return found


def _place(
    found: Mapping[Field, str], asked: Mapping[Field, str], *, has_geometry: bool
) -> tuple[Field, Field] | None:
    """Return the fields of x and y; None when the place is a geometry, or missing."""
    source = asked if has_geometry else found
    if all(field in source for field in _DEGREES):
        return Field.LONGITUDE, Field.LATITUDE
    if all(field in source for field in _METRES):
        return Field.EASTING, Field.NORTHING
    if Field.COORDINATES in source:
        return _ONE_CELL
    return None


def _require(
    register: Register,
    found: Mapping[Field, str],
    columns: Sequence[str],
    place: tuple[Field, Field] | None,
    *,
    has_geometry: bool,
) -> None:
    """Refuse a file that does not say what, where and under which name its sources are."""
    missing = [
        field
        for field in (Field.ID, Field.TECHNOLOGY)
        if field not in found and not (field is Field.TECHNOLOGY and register.technology)
    ]
    if place is None and not has_geometry:
        pair = _METRES if any(field in found for field in _METRES) else _DEGREES
        missing += [field for field in pair if field not in found]
    if missing:
        raise UnmappableFileError(missing, columns)


def _crs(register: Register, place: tuple[Field, Field] | None, geometry_crs: str | None) -> str:
    """Return the coordinate system that the file or its register says."""
    if place is None and geometry_crs is not None:
        return geometry_crs
    if place in {(Field.LONGITUDE, Field.LATITUDE), _ONE_CELL}:
        return WGS84
    if register.crs is None:
        raise MissingCrsError
    return register.crs

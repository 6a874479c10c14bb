"""``nabij places``."""

from pathlib import Path
from typing import Annotated

import typer

from nabij_backend.cli import output
from nabij_backend.sources import gazetteer, geonames


def command(
    countries: Annotated[
        list[str], typer.Argument(help="Codes of ISO 3166-1, such as NL BE.", metavar="COUNTRY...")
    ],
    *,
    file: Annotated[Path, typer.Option(dir_okay=False, help="Where to write the places.")],
) -> None:
    """Make a file of places that customers can type, for NABIJ_PLACES."""
    found = geonames.places_of([each.upper() for each in countries])
    file.write_text(gazetteer.document(found), encoding="utf-8")
    output.answer(
        {"file": str(file), "places": len(found)},
        f"{len(found):,} places are in {file}. Set NABIJ_PLACES to this file.",
    )

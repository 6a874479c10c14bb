"""``nabij keys``."""

import typer
from rich.table import Table

from nabij_backend.cli import output
from nabij_backend.clock import utc_now
from nabij_backend.signing import Signer, signing_folder

app = typer.Typer(help="The keys that receipts and checkpoints are signed with.")


@app.command("list")
def list_keys(*, as_json: output.Json = False) -> None:
    """List the key that signs, and the earlier ones whose signatures still count."""
    with output.failures(as_json=as_json):
        signer = Signer.open(signing_folder(output.settings(as_json=as_json)))
        _tell(signer, as_json=as_json)


@app.command()
def rotate(*, as_json: output.Json = False) -> None:
    """Sign with a new key from now on; what the earlier one signed stays verifiable.

    Its private half is destroyed in the folder. Backups of the folder keep it: destroy those too.
    """
    with output.failures(as_json=as_json):
        signer = Signer.open(signing_folder(output.settings(as_json=as_json)))
        signer.rotate(utc_now())
        _tell(signer, as_json=as_json)


def _tell(signer: Signer, *, as_json: bool) -> None:
    active = signer.active_id
    retired = [name for name in signer.public().by_id if name != active]
    if as_json:
        output.print_json({"active": active, "retired": retired})
        return
    table = Table("key", "does")
    table.add_row(active, "signs")
    for name in retired:
        table.add_row(name, "vouches for what it signed")
    output.say(table)

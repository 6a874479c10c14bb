"""``nabij verify`` and ``nabij verify-log``: on this machine alone, nothing is fetched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from nabij_backend.cli import output
from nabij_backend.cli.proofs import keys_of, read_object, read_proof, read_signed
from nabij_backend.errors import UserError
from nabij_backend.log.documents import (
    Checkpoint,
    InclusionProof,
    Succession,
    read_checkpoint,
    read_consistency,
    read_inclusion,
)
from nabij_backend.log.verification import (
    check_erasure,
    check_growth,
    check_inclusion,
    check_lost,
    check_names,
    check_receipt,
    check_witnesses,
)
from nabij_backend.signed_notes import NoteKey, NoteKind, read_vkey
from nabij_backend.signing import JwsType, PublicKeys, claims_to_be
from nabij_consent import ErasureReceipt, EventKind, Locale, Receipt

_Kept = typer.Option(exists=True, dir_okay=False, help="A checkpoint that you kept.")
_Jwks = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="The key set; else this machine's keys."),
]
_Issuer = Annotated[
    str | None, typer.Option(help="Address of the service that must have issued the receipt.")
]
_Log = Annotated[UUID | None, typer.Option(help="Id of the log that the act must be in.")]
_Witnesses = Annotated[
    list[str] | None, typer.Option("--witness", help="Verifier key of a witness; once for each.")
]
_Quorum = Annotated[int, typer.Option(min=0, help="How many of them must have seen the log.")]
_DONE = {
    EventKind.GRANTED: "agreed to",
    EventKind.REFUSED: "refused",
    EventKind.DEFERRED: "put off",
    EventKind.WITHDRAWN: "took back",
    EventKind.EXPIRED: "ended by time",
}


class NothingToCompare(UserError):
    """A checkpoint of the receipt's own log, and witnesses, show nothing without --proof."""


class NotLogged(UserError):
    """An erasure has no place in the log: --proof, --checkpoint and --quorum show nothing of it.

    Give its receipt alone.
    """


def verify(  # noqa: PLR0913 - an option each
    receipt: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A receipt, or what the page saved.")
    ],
    *,
    jwks: _Jwks = None,
    proof: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A proof of inclusion.")
    ] = None,
    checkpoint: Annotated[Path | None, _Kept] = None,
    issuer: _Issuer = None,
    log: _Log = None,
    witness: _Witnesses = None,
    quorum: _Quorum = 0,
) -> None:
    """Check a receipt: who signed it, what it says, and with a proof that it is in the log."""
    keys = keys_of(output.settings(), jwks)
    text = read_signed(receipt, "receipt").strip()
    if claims_to_be(text, JwsType.ERASURE_RECEIPT):
        if proof is not None or checkpoint is not None or quorum:
            raise NotLogged
        erased = check_erasure(text, keys)
        check_names(erased, issuer, log)
        expected = _expected(issuer, log)
        output.answer(_erasure_summary(erased), lambda: _show_erasure(erased, expected=expected))
        return
    held = check_receipt(text, keys)
    check_names(held, issuer, log)
    known = [read_vkey(each, NoteKind.WITNESS) for each in witness or ()]
    saved = read_proof(proof, receipt)
    proved = None if saved is None else read_inclusion(saved)
    kept = None if checkpoint is None else read_signed(checkpoint, "checkpoint")
    found = _place(held, proved, keys, kept)
    logged = found.logged
    if logged is None and found.lost is None and (kept is not None or quorum):
        raise NothingToCompare
    seen = (
        {}
        if proved is None or logged is None
        else check_witnesses(logged, proved.note, known, quorum)
    )

    def show() -> None:
        _tell(held)
        _tell_names(held, expected=_expected(issuer, log))
        _tell_logged(held, found)
        if logged is not None:
            _tell_others(seen, known, kept=checkpoint is not None)

    output.answer(_summary(held, found, seen), show)


def verify_log(
    earlier: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A checkpoint.")],
    later: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A later one.")],
    *,
    jwks: _Jwks = None,
    proof: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A proof of consistency.")
    ] = None,
) -> None:
    """Check that the log only grew between two checkpoints."""
    keys = keys_of(output.settings(), jwks)
    texts = [read_signed(file, "checkpoint") for file in (earlier, later)]
    grown = None if proof is None else read_consistency(read_object(proof))
    old, new = check_growth(texts[0], texts[1], grown, keys)
    words = (
        f"The log grew from {old.tree_size} to {new.tree_size} acts, and nothing before was "
        "changed or left out."
    )
    document = {"earlier": old.document(), "later": new.document()}
    output.answer(document, lambda: output.say(words, style="green"))


@dataclass(frozen=True, slots=True)
class _Place:
    """Under which checkpoint an act stands, and how its log ended where it was lost with it."""

    logged: Checkpoint | None
    lost: Succession | None = None


def _place(
    held: Receipt, proof: InclusionProof | None, keys: PublicKeys, kept: str | None
) -> _Place:
    later = None if kept is None else read_checkpoint(kept, keys)
    if later is None or not _is_successor(later, held, proof, keys):
        return _Place(None if proof is None else check_inclusion(held, proof, keys, kept))
    logged = None if proof is None else check_inclusion(held, proof, keys)
    return _Place(logged, check_lost(held, proof, logged, later))


def _is_successor(
    later: Checkpoint, held: Receipt, proof: InclusionProof | None, keys: PublicKeys
) -> bool:
    """Return whether the checkpoint is of a successor of the proof's log, or the receipt's."""
    if proof is None or proof.checkpoint is None:
        return held.log_id is not None and later.end_of(held.log_id) is not None
    return later.end_of(read_checkpoint(proof.checkpoint, keys).log_id) is not None


def _expected(issuer: str | None, log: UUID | None) -> bool:
    return issuer is not None and log is not None


def _erasure_summary(erased: ErasureReceipt) -> dict[str, object]:
    return {
        "signed": True,
        "issuer": erased.issuer,
        "log_id": erased.log_id,
        "pseudonym": erased.pseudonym.hex(),
        "erased_at": erased.erased_at.isoformat(timespec="milliseconds"),
        "rows": erased.rows,
        "tree_size": erased.tree_size,
    }


def _show_erasure(erased: ErasureReceipt, *, expected: bool) -> None:
    output.say("This person's account was erased", style="bold")
    table = Table("table", "rows erased")
    for name, number in sorted(erased.rows.items()):
        table.add_row(name, str(number))
    output.say(table)
    output.say(f"on {erased.erased_at:%d %B %Y, %H:%M:%S} UTC,")
    output.say(f"when the log had {erased.tree_size} acts of everybody; their leaves stay.")
    output.say("")
    output.say("✓ signed by one of the keys given, and it is whole", style="green")
    _tell_names(erased, expected=expected)


def _summary(held: Receipt, found: _Place, seen: Mapping[NoteKey, datetime]) -> dict[str, object]:
    recorded = held.recorded
    return {
        "signed": True,
        "issuer": held.issuer,
        "log_id": held.log_id,
        "logged_by": held.logged_by,
        "event": recorded.to_document(),
        "leaf_hash": held.leaf_hash.hex(),
        "checkpoint": None if found.logged is None else found.logged.document(),
        "lost": None if found.lost is None else found.lost.document(),
        "witnesses": {key.name: at for key, at in seen.items()},
    }


def _tell(held: Receipt) -> None:
    recorded, notice = held.recorded, held.notice
    act = recorded.act
    output.say(f"This person {_DONE[act.kind]}", style="bold")
    table = Table("purpose", "signal", "precision", "kept", "what is read")
    for purpose, terms in notice.asks():
        if act.concerns(purpose, terms.signal):
            precision = f"{terms.resolution_m // 1000} km square" if terms.resolution_m else "-"
            days = f"{terms.retention_days} days"
            table.add_row(purpose.slug, terms.signal, precision, days, terms.reads[Locale.EN])
    output.say(table)
    output.say(f"on {act.occurred_at:%d %B %Y, %H:%M} UTC, as their device tells,")
    output.say(f"recorded {recorded.recorded_at:%d %B %Y, %H:%M:%S} UTC, shown this notice:")
    output.quote(f"{notice.title[Locale.EN]} (version {notice.version})", "italic")
    output.quote(notice.body[Locale.EN], "dim")
    output.say("")
    output.say("✓ signed by one of the keys given, and it agrees with itself", style="green")


def _tell_names(held: Receipt | ErasureReceipt, *, expected: bool) -> None:
    log = "no log" if held.log_id is None else f"log {held.log_id}"
    names = f"issued by {held.issuer}, about {log}"
    if expected:
        output.say(f"✓ {names}, as you expect", style="green")
    else:
        output.say(f"○ {names}. Give --issuer and --log to check both.", style="yellow")


def _tell_logged(held: Receipt, found: _Place) -> None:
    logged = found.logged
    if found.lost is not None:
        output.say(
            f"○ signed, lost in the restore of {found.lost.begun_at:%d %B %Y}: log "
            f"{found.lost.log_id} ended with {found.lost.tree_size} acts. Ask the service for a "
            "proof: only one in the log that goes on would show that this act is kept.",
            style="yellow",
        )
        return
    if logged is None:
        due = held.logged_by
        promised = "" if due is None else f" It must be from {due:%d %B %Y, %H:%M} UTC on."
        output.say(
            f"○ not checked: whether it is in the log.{promised} Give --proof.", style="yellow"
        )
        return
    output.say(
        f"✓ in log {logged.log_id} of {logged.tree_size} acts, as signed "
        f"{logged.signed_at:%d %B %Y, %H:%M:%S} UTC",
        style="green",
    )
    for each in logged.succeeds:
        output.say(
            f"  which goes on, since the restore of {each.begun_at:%d %B %Y}, from "
            f"{each.tree_size} acts of log {each.log_id}"
        )


def _tell_others(seen: Mapping[NoteKey, datetime], known: Sequence[NoteKey], *, kept: bool) -> None:
    if known:
        names = ", ".join(key.name for key in seen) or "none"
        everybody = len(seen) == len(known)
        output.say(
            f"{'✓' if everybody else '○'} seen by {len(seen)} of {len(known)} witnesses: {names}",
            style="green" if everybody else "yellow",
        )
    elif not kept:
        output.say(
            "○ not checked: whether others are shown the same log. Give a --checkpoint of this "
            "size that you got elsewhere, or --witness.",
            style="yellow",
        )

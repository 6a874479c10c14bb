"""Verification of a receipt and of the log behind it. Pure: nothing is fetched.

Rules:

1. a receipt is signed as a consent receipt by one of the caller's keys (``signing.signatures``);
2. it agrees with itself: all that it shows follows from the act and the notice that it holds, and
   so does its leaf (``nabij_consent.read_receipt``);
3. a proof of inclusion is about just this leaf, and leads to the root of a signed checkpoint of
   just its size. Where the caller has kept a checkpoint, to that one: what comes along with the
   proof then counts for nothing;
4. of two checkpoints, the later is of the same log, signed no earlier and not smaller; where sizes
   are the same, so are the roots; else a proof shows that the later tree begins with the earlier;
5. the receipt of an erasure is signed as one by one of the caller's keys, and is whole
   (``nabij_consent.read_erasure``). It is in no log: what was logged of the person stays there;
6. a witness has seen the log with the act in it where the note that came with the proof is of the
   checkpoint's log, size and root, and holds a signature of the key that the caller has of that
   witness (``signed_notes``);
7. a receipt names who issued it and the log of its act. Where the caller expects others, it is
   refused; a checkpoint of another log shows nothing of it, unless it names that log among those
   that its own succeeds: then the act is in the log that goes on;
8. each proof is about one log, which its checkpoints are of. From one log to its successor a log
   grew where the earlier checkpoint has no more leaves than both share;
9. by a later checkpoint, an act is lost that its own log had, as the receipt promised, and that is
   proved neither in a successor nor among the leaves that are shared with it.

Whatever was not given is not checked, and nothing is concluded from it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from nabij_backend.log.documents import (
    Checkpoint,
    ConsistencyProof,
    InclusionProof,
    Succession,
    read_checkpoint,
)
from nabij_backend.signed_notes import NoteKey, read_note, witnessed
from nabij_backend.signing import JwsType, PublicKeys, verify
from nabij_consent import (
    ErasureReceipt,
    InvalidProof,
    InvalidReceipt,
    Receipt,
    read_erasure,
    read_receipt,
    verify_consistency,
    verify_inclusion,
)


def check_receipt(text: str, keys: PublicKeys) -> Receipt:
    """Rules 1 and 2.

    Raises:
        InvalidSignature: it is not signed so.
        InvalidReceipt: it contradicts itself.
    """
    return read_receipt(verify(text.strip(), JwsType.CONSENT_RECEIPT, keys))


def check_erasure(text: str, keys: PublicKeys) -> ErasureReceipt:
    """Rule 5.

    Raises:
        InvalidSignature: it is not signed so.
        InvalidReceipt: it is not whole.
    """
    return read_erasure(verify(text.strip(), JwsType.ERASURE_RECEIPT, keys))


def check_names(receipt: Receipt | ErasureReceipt, issuer: str | None, log_id: UUID | None) -> None:
    """Rule 7; None: the caller expects nothing.

    Raises:
        InvalidReceipt: the receipt names another issuer or log.
    """
    if issuer is not None and receipt.issuer.rstrip("/") != issuer.rstrip("/"):
        raise InvalidReceipt("The receipt was issued by somebody else than you expect.")
    if log_id is not None and receipt.log_id != log_id:
        raise InvalidReceipt("The receipt is about an act in another log than you expect.")


def check_inclusion(
    receipt: Receipt, proof: InclusionProof, keys: PublicKeys, kept: str | None = None
) -> Checkpoint:
    """Rules 3 and 7; returns the checkpoint under which the act stands. ``kept`` is a signed text.

    Raises:
        InvalidSignature: the checkpoint is not signed so.
        InvalidProof: the proof is about something else, or does not lead there.
    """
    if proof.leaf_hash != receipt.leaf_hash:
        raise InvalidProof("The proof is about another act. Ask for one with this receipt's leaf.")
    text = proof.checkpoint if kept is None else kept
    if text is None:
        raise InvalidProof("No signed checkpoint came with the proof. Give one of its size.")
    checkpoint = read_checkpoint(text, keys)
    if checkpoint.tree_size != proof.tree_size:
        raise InvalidProof("Proof and checkpoint are of different sizes. Ask for one of its size.")
    named = receipt.log_id
    if named is not None and checkpoint.shared_with(named) is None:
        raise InvalidProof("The checkpoint is of another log than the receipt names.")
    _require_log(proof.log_id, checkpoint)
    verify_inclusion(
        receipt.leaf_hash, proof.leaf_index, proof.tree_size, proof.path, checkpoint.root_hash
    )
    return checkpoint


def check_lost(
    receipt: Receipt, proof: InclusionProof | None, logged: Checkpoint | None, later: Checkpoint
) -> Succession | None:
    """Rule 9: how the act's log ended by the later checkpoint, if the act is lost; else None.

    ``logged`` is what ``check_inclusion`` returned of the proof; None where there is no proof. A
    service that still proves the act in the successor shows that it was not lost.
    """
    log_id = receipt.log_id if logged is None else logged.log_id
    if log_id is None or proof is None:
        return None if log_id is None else later.end_of(log_id)
    shared = later.shared_with(log_id)
    is_shared = shared is not None and proof.leaf_index < shared
    return None if is_shared else later.end_of(log_id)


def check_witnesses(
    checkpoint: Checkpoint, note: str | None, witnesses: Sequence[NoteKey], quorum: int
) -> dict[NoteKey, datetime]:
    """Rule 6; which of the witnesses have seen the checkpoint, and when.

    Raises:
        InvalidNote: the note is none, or a witness's signature does not hold.
        InvalidProof: the note is of another head, or fewer than ``quorum`` have seen it.
    """
    seen: dict[NoteKey, datetime] = {}
    if note is not None:
        found = read_note(note)
        head = (checkpoint.tree_size, checkpoint.root_hash)
        log_id = found.head.origin.rpartition("/")[2]
        if (found.head.size, found.head.root) != head or log_id != str(checkpoint.log_id):
            raise InvalidProof("The note is of another head than the checkpoint.")
        seen = witnessed(found, witnesses)
    if len(seen) < quorum:
        raise InvalidProof(
            f"{len(seen)} of the witnesses given have seen this log, and you ask for {quorum}. Ask"
            " for the proof again in a minute; where that changes nothing, the log may be shown to"
            " others in another form."
        )
    return seen


def check_growth(
    earlier: str, later: str, proof: ConsistencyProof | None, keys: PublicKeys
) -> tuple[Checkpoint, Checkpoint]:
    """Rule 4; takes signed texts, returns both checkpoints.

    Raises:
        InvalidSignature: one is not signed so.
        InvalidProof: the later is not the earlier one grown, or the proof does not show it.
    """
    old, new = read_checkpoint(earlier, keys), read_checkpoint(later, keys)
    shared = new.shared_with(old.log_id)
    if shared is None:
        raise InvalidProof("The checkpoints are of different logs.")
    end = new.end_of(old.log_id)
    if end is not None and old.tree_size > shared:
        raise InvalidProof(
            f"The log ended with the restore of {end.begun_at:%d %B %Y}: the first {shared} of "
            f"these {old.tree_size} acts are in its successor, and the others were lost."
        )
    if new.tree_size < old.tree_size:
        raise InvalidProof("The log has shrunk: the later checkpoint is of a smaller tree.")
    _require_log(None if proof is None else proof.log_id, new)
    path = _path_between(old, new, proof)
    verify_consistency(old.tree_size, new.tree_size, old.root_hash, new.root_hash, path)
    return old, new


def _require_log(log_id: UUID | None, checkpoint: Checkpoint) -> None:
    if log_id not in {None, checkpoint.log_id}:
        raise InvalidProof("Proof and checkpoint are of different logs. Ask for one of its log.")


def _path_between(
    old: Checkpoint, new: Checkpoint, proof: ConsistencyProof | None
) -> tuple[bytes, ...]:
    if proof is None:
        if old.tree_size != new.tree_size:
            raise InvalidProof("The log has grown in between. Give the proof for these two sizes.")
        return ()
    if (proof.first_size, proof.second_size) != (old.tree_size, new.tree_size):
        raise InvalidProof("The proof is about other sizes. Ask for one of these two.")
    return proof.path

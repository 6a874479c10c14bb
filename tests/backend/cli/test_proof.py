"""``nabij log``, ``verify``, ``verify-log`` and ``fsck``: the tools of who does not believe us."""

import json
import socket
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from nabij_backend.signing import Signer
from tests.backend.cli.commands import Done, invoke
from tests.backend.log.sequencing import receipt_of, rotate
from tests.service import Service


@dataclass(frozen=True, slots=True)
class Files:
    """What somebody has who does not believe us; and the machine of the service."""

    folder: Path
    service: Service

    def __truediv__(self, name: str) -> str:
        return str(self.folder / name)

    def here(self, *arguments: str) -> Done:
        """A command where the service runs."""
        settings = self.service.settings
        return invoke(
            *arguments,
            database_url=settings.required_database_url,
            data_folder=str(settings.data_folder),
        )

    def elsewhere(self, *arguments: str) -> Done:
        """A command on a machine that has nothing but these files."""
        return invoke(*arguments, "--jwks", self / "jwks.json", data_folder=self / "nothing")


@pytest.fixture
def files(service: Service, tmp_path: Path) -> Files:
    """An act that was agreed to, sequenced, and kept with its proof and the checkpoint then."""
    kept = Files(tmp_path, service)
    (tmp_path / "receipt.jws").write_text(receipt_of(service.caller()))
    assert kept.here("log", "sequence", "--json").json == {"placed": 1}
    for words in (
        ("checkpoint", "--out", kept / "checkpoint.json"),
        ("proof", "--receipt", kept / "receipt.jws", "--out", kept / "proof.json"),
    ):
        assert kept.here("log", *words, "--json").json == {"written": words[-1]}
    (tmp_path / "jwks.json").write_text(service.http.get("/.well-known/jwks.json").text)
    return kept


def saved(files: Files, **members: object) -> str:
    """The file that the page saves: receipt, proof and keys in one."""
    receipt = (files.folder / "receipt.jws").read_text()
    proof = json.loads((files.folder / "proof.json").read_text())
    keys = json.loads((files.folder / "jwks.json").read_text())
    document = {"receipt": receipt, "proof": proof, "keys": keys, **members}
    (files.folder / "saved.json").write_text(json.dumps(document))
    return files / "saved.json"


def test_what_the_page_saved_is_checked_with_its_proof(files: Files) -> None:
    done = files.elsewhere("verify", saved(files), "--json")
    assert done.json["checkpoint"]["tree_size"] == 1
    without = files.elsewhere("verify", saved(files, proof=None), "--json")
    assert without.json["checkpoint"] is None


def test_keys_that_came_along_with_a_receipt_count_for_nothing(files: Files) -> None:
    (files.folder / "jwks.json").write_text(
        json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}]})
    )
    assert files.elsewhere("verify", saved(files)).code == 1


def test_a_saved_proof_that_is_none_says_what_to_do(files: Files) -> None:
    assert files.elsewhere("verify", saved(files, proof="none")).code == 1


def test_a_receipt_is_checked_without_us(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    done = files.elsewhere("verify", files / "receipt.jws", "--proof", files / "proof.json")
    assert (done.code, done.err) == (0, "")
    for words in ("agreed to", "nearby-sources", "gps", "1 km square", "✓ signed", "✓ in log"):
        assert words in done.out
    assert "gsm" not in done.out.split("shown this notice")[0]


def test_what_was_not_given_is_said_not_to_be_checked(files: Files) -> None:
    alone = files.elsewhere("verify", files / "receipt.jws").out
    assert "not checked: whether it is in the log" in alone
    proved = files.elsewhere("verify", files / "receipt.jws", "--proof", files / "proof.json").out
    assert "not checked: whether others are shown the same log" in proved
    whole = files.elsewhere(
        *("verify", files / "receipt.jws", "--proof", files / "proof.json"),
        *("--checkpoint", files / "checkpoint.json"),
    ).out
    assert "not checked" not in whole


def test_who_issued_it_and_which_log_it_names_are_shown_and_checked(files: Files) -> None:
    words = ("verify", files / "receipt.jws", "--proof", files / "proof.json")
    told = files.elsewhere(*words, "--json").json
    issuer, log = files.service.settings.public_url, told["log_id"]
    assert (told["issuer"], told["checkpoint"]["log_id"]) == (issuer, log)
    assert f"○ issued by {issuer}, about log {log}. Give --issuer" in files.elsewhere(*words).out
    known = ("--issuer", f"{issuer}/", "--log", log)
    assert f"✓ issued by {issuer}, about log {log}" in files.elsewhere(*words, *known).out
    for other in (
        ("--issuer", "https://other.example"),
        ("--log", "00000000-0000-4000-8000-000000000000"),
    ):
        done = files.elsewhere(*words, *other, "--json")
        assert (done.code, "than you expect" in done.json["error"]) == (1, True)


def test_until_when_an_act_must_be_in_the_log_is_said(files: Files) -> None:
    due = (files.service.clock() + timedelta(days=1)).strftime("%d %B %Y, %H:%M")
    assert f"It must be from {due} UTC on." in files.elsewhere("verify", files / "receipt.jws").out


def test_as_json_it_tells_the_act_and_the_checkpoint(files: Files) -> None:
    words = ("verify", files / "receipt.jws", "--json")
    alone = files.elsewhere(*words).json
    assert (alone["event"]["act"]["kind"], alone["checkpoint"]) == ("granted", None)
    proved = files.elsewhere(*words, "--proof", files / "proof.json").json
    assert proved["checkpoint"]["tree_size"] == 1


def test_the_answer_of_the_service_is_taken_as_it_came(files: Files) -> None:
    answer = files.folder / "answer.json"
    answer.write_text(json.dumps({"receipt": (files.folder / "receipt.jws").read_text()}))
    assert files.elsewhere("verify", str(answer)).code == 0


@pytest.fixture
def erasure(files: Files) -> str:
    """The answer to an erasure, as it came."""
    answer = files.service.caller().delete("/v1/me")
    (files.folder / "erased.json").write_text(answer.text)
    return files / "erased.json"


def test_the_receipt_of_an_erasure_is_checked_too(files: Files, erasure: str) -> None:
    told = files.elsewhere("verify", erasure).out
    for words in ("was erased", "consent_event", "✓ signed"):
        assert words in told
    as_json = files.elsewhere("verify", erasure, "--json").json
    issuer, log = as_json["issuer"], as_json["log_id"]
    assert f"○ issued by {issuer}, about log {log}" in told
    known = files.elsewhere("verify", erasure, "--issuer", issuer, "--log", log).out
    assert f"✓ issued by {issuer}, about log {log}" in known
    assert files.elsewhere("verify", erasure, "--issuer", "https://other.example").code == 1
    answer = json.loads(Path(erasure).read_text())
    assert (as_json["rows"], as_json["tree_size"]) == (answer["rows"], 1)
    assert as_json["signed"] is True


def test_the_receipt_of_an_erasure_goes_with_no_proof_and_no_checkpoint(
    files: Files, erasure: str
) -> None:
    for option in ("--proof", "--checkpoint"):
        given = files / f"{option.removeprefix('--')}.json"
        done = files.elsewhere("verify", erasure, option, given, "--json")
        assert (done.code, "no place in the log" in done.json["error"]) == (1, True)


def test_a_forged_receipt_of_an_erasure_is_refused(files: Files, erasure: str) -> None:
    other = Signer.create(files.folder / "elsewhere").public()
    (files.folder / "jwks.json").write_text(json.dumps(other.document()))
    done = files.elsewhere("verify", erasure, "--json")
    assert (done.code, list(done.json)) == (1, ["error"])


def test_after_a_rotation_an_earlier_receipt_is_checked_with_the_keys_of_today(
    files: Files,
) -> None:
    rotate(files.service)
    assert files.here("verify", files / "receipt.jws", "--json").code == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("receipt.jws", ""),
        ("receipt.jws", "{}"),
        ("receipt.jws", '{"receipt": 1}'),
        ("receipt.jws", "a.b.c"),
        ("proof.json", "[]"),
        ("proof.json", "{}"),
        ("proof.json", "no json"),
        ("checkpoint.json", "a.b.c"),
        ("jwks.json", "{}"),
        ("jwks.json", "no json"),
    ],
)
def test_a_damaged_file_is_refused_with_words(files: Files, name: str, text: str) -> None:
    (files.folder / name).write_text(text)
    done = files.elsewhere(
        *("verify", files / "receipt.jws", "--proof", files / "proof.json"),
        *("--checkpoint", files / "checkpoint.json", "--json"),
    )
    assert (done.code, list(done.json)) == (1, ["error"])


def test_a_file_that_is_no_text_is_refused(files: Files) -> None:
    (files.folder / "receipt.jws").write_bytes(b"\xff\xfe")
    done = files.elsewhere("verify", files / "receipt.jws", "--json")
    assert (done.code, list(done.json)) == (1, ["error"])


def test_a_checkpoint_without_a_proof_is_refused(files: Files) -> None:
    words = ("verify", files / "receipt.jws", "--checkpoint", files / "checkpoint.json", "--json")
    done = files.elsewhere(*words)
    assert (done.code, "--proof" in done.json["error"]) == (1, True)


def test_without_keys_it_says_where_they_are(files: Files) -> None:
    nothing = files / "nothing"
    done = invoke("verify", files / "receipt.jws", "--json", data_folder=nothing)
    assert (done.code, "/.well-known/jwks.json" in done.json["error"]) == (1, True)
    assert not Path(nothing).exists()


def test_an_act_that_waits_has_no_proof_yet(files: Files) -> None:
    waiting = files.folder / "waiting.jws"
    waiting.write_text(receipt_of(files.service.caller("bob"), "withdrawn"))
    done = files.here("log", "proof", "--receipt", str(waiting), "--json")
    assert (done.code, list(done.json)) == (1, ["error"])


def test_that_the_log_only_grew_is_checked_without_us(files: Files) -> None:
    receipt_of(files.service.caller("bob"), "refused")
    files.here("log", "sequence")
    files.here("log", "checkpoint", "--out", files / "newer.json")
    query = {"first": "1", "second": "2"}
    answer = files.service.http.get("/v1/log/proof/consistency", params=query)
    (files.folder / "growth.json").write_text(answer.text)
    words = ("verify-log", files / "checkpoint.json", files / "newer.json")
    told = files.elsewhere(*words, "--proof", files / "growth.json")
    assert (told.code, "grew from 1 to 2" in told.out) == (0, True)
    as_json = files.elsewhere(*words, "--proof", files / "growth.json", "--json").json
    assert [each["tree_size"] for each in as_json.values()] == [1, 2]
    assert files.elsewhere(*words, "--json").code == 1
    swapped = ("verify-log", files / "newer.json", files / "checkpoint.json", "--json")
    assert "shrunk" in files.elsewhere(*swapped).json["error"]


def test_fsck_finds_nothing_where_nothing_is_wrong(files: Files) -> None:
    done = files.here("fsck", "--json", "--checkpoint", files / "checkpoint.json")
    assert (done.code, done.json) == (0, {"counts": {}, "findings": [], "settled": 0})
    told = files.here("fsck", "--jwks", files / "jwks.json")
    assert "agrees with itself" in told.out
    assert "Not checked: whether the log was cut off" in told.out


def test_fsck_tells_what_is_wrong_and_fails(files: Files, superuser: psycopg.Connection) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE consent_event SET method = 'operator'")
    done = files.here("fsck", "--json")
    assert (done.code, done.json["counts"]) == (1, {"edited-act": 1})
    told = files.here("fsck")
    assert told.code == 1
    assert "an act says something else" in " ".join(told.out.split())


def test_fsck_reads_a_part(files: Files) -> None:
    told = files.here("fsck", "--part", "2/3")
    assert (told.code, "Part 2 of 3 agrees with itself." in told.out) == (0, True)
    refused = files.here("fsck", "--part", "4/3", "--json")
    assert (refused.code, "such as 3/24" in refused.json["error"]) == (1, True)


def test_fsck_takes_no_checkpoint_that_we_did_not_sign(files: Files) -> None:
    (files.folder / "checkpoint.json").write_text("a.b.c")
    done = files.here("fsck", "--json", "--checkpoint", files / "checkpoint.json")
    assert (done.code, list(done.json)) == (1, ["error"])


def test_nothing_more_is_signed_over_a_damaged_log(
    files: Files, superuser: psycopg.Connection
) -> None:
    receipt_of(files.service.caller("bob"), "refused")
    superuser.execute("SET session_replication_role = replica; DELETE FROM checkpoint")
    done = files.here("log", "sequence", "--json")
    assert (done.code, "nabij fsck" in done.json["error"]) == (1, True)

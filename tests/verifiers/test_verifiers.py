"""Verifiers that strangers could have written agree with ours, on the vectors and over HTTP."""

import ast
import base64
import json
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from nabij_backend.log.documents import read_checkpoint, read_consistency, read_inclusion
from nabij_backend.log.verification import (
    check_erasure,
    check_growth,
    check_inclusion,
    check_names,
    check_receipt,
    check_witnesses,
)
from nabij_backend.signed_notes import InvalidNote, NoteKey, NoteKind, read_vkey
from nabij_backend.signing import InvalidSignature, PublicKeys, read_jwks
from nabij_consent import InvalidProof, InvalidReceipt
from nabij_dev.demo.server import running_server
from tests.backend.log.sequencing import place, receipt_of
from tests.service import Service
from tests.verifiers import vectors

FOLDER = Path(__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
PYTHON = (sys.executable, str(FOLDER / "verify.py"))
NODE = (str(Path(sys.executable).with_name("node")), str(FOLDER / "verify.mjs"))
STRANGERS = {"python": PYTHON, "node": NODE}
VECTORS: dict[str, Any] = json.loads(vectors.FILE.read_text("utf-8"))


def run(stranger: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a stranger's verifier says."""
    return subprocess.run(
        [*STRANGERS[stranger], *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def told(stranger: str, *arguments: str) -> dict[str, Any]:
    """What it says where it went well."""
    done = run(stranger, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_believes_what_holds_and_nothing_else(stranger: str) -> None:
    expected = {case["name"]: case["holds"] for case in VECTORS["cases"]}
    assert len(expected) == len(VECTORS["cases"])
    assert told(stranger, "vectors", str(vectors.FILE)) == expected


def check(case: dict[str, Any], keys: PublicKeys) -> None:
    """Check a case with our own verification."""
    expected = case.get("log_id", VECTORS["log_id"])
    issuer, log_id = VECTORS["issuer"], None if expected is None else UUID(expected)
    match case["kind"]:
        case "receipt":
            check_names(check_receipt(case["text"], keys), issuer, log_id)
        case "erasure":
            check_names(check_erasure(case["text"], keys), issuer, log_id)
        case "checkpoint":
            require_log(case["text"], keys)
        case "inclusion":
            (text,) = (each["text"] for each in VECTORS["cases"] if each["name"] == case["receipt"])
            check_inclusion(check_receipt(text, keys), read_inclusion(case["proof"]), keys)
        case "growth":
            check_growth(case["first"], case["second"], read_consistency(case["proof"]), keys)
        case kind:
            assert kind == "witness"
            seen = check_witnesses(
                read_checkpoint(case["text"], keys), case["note"], witnesses(), quorum=case["seen"]
            )
            assert len(seen) == case["seen"]


def require_log(text: str, keys: PublicKeys) -> None:
    """Want a checkpoint of the log of the vectors; `verify` compares it with a receipt's."""
    if read_checkpoint(text, keys).shared_with(UUID(VECTORS["log_id"])) is None:
        raise InvalidProof("The checkpoint is of another log.")


def witnesses() -> list[NoteKey]:
    return [read_vkey(each, NoteKind.WITNESS) for each in VECTORS["witnesses"]]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_we_believe_the_same(case: dict[str, Any]) -> None:
    keys = read_jwks(json.dumps(VECTORS["keys"]))
    if case["holds"]:
        check(case, keys)
    else:
        with pytest.raises((InvalidSignature, InvalidReceipt, InvalidProof, InvalidNote)):
            check(case, keys)


def test_the_file_is_as_it_is_made() -> None:
    assert vectors.FILE.read_text("utf-8") == vectors.written()


def test_a_stranger_imports_nothing_of_ours() -> None:
    tree = ast.parse((FOLDER / "verify.py").read_text("utf-8"))
    named = [each for each in ast.walk(tree) if isinstance(each, ast.Import | ast.ImportFrom)]
    modules = {
        name.name if isinstance(each, ast.Import) else str(each.module)
        for each in named
        for name in each.names
    }
    roots = {name.split(".")[0] for name in modules}
    assert roots - sys.stdlib_module_names == {"cryptography"}
    script = (FOLDER / "verify.mjs").read_text("utf-8")
    assert re.findall(r'from "(.*)"|import\("(.*)"\)', script) == [("node:fs/promises", "")]


@pytest.fixture
def address(service: Service, tmp_path: Path) -> Generator[str]:
    """A service with five acts; a receipt, and a checkpoint that was kept after two of them."""
    eva = service.caller()
    (tmp_path / "receipt").write_text(receipt_of(eva))
    receipt_of(eva, "withdrawn")
    place(service)
    kept = service.http.get("/v1/log/checkpoint").json()["checkpoint"]
    (tmp_path / "checkpoint").write_text(kept)
    for _ in range(3):
        receipt_of(eva, "withdrawn")
    place(service)
    settings = service.settings.model_copy(update={"work_in_process": False})
    with running_server(settings, service.clock) as found:
        yield found


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_checks_a_running_service(stranger: str, address: str, tmp_path: Path) -> None:
    receipt, kept = tmp_path / "receipt", tmp_path / "checkpoint"
    found = told(stranger, "service", address, str(receipt), str(kept))
    assert found == {"leaf_index": 0, "tree_size": 5, "grew": [2, 5]}
    start, payload, signature = receipt.read_text().split(".")
    forged = base64.urlsafe_b64decode(payload + "==").replace(b'"granted"', b'"refused"')
    changed = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()
    receipt.write_text(f"{start}.{changed}.{signature}")
    assert run(stranger, "service", address, str(receipt)).returncode != 0


def test_the_page_names_every_type_and_member_that_is_signed() -> None:
    page = PAGE.read_text("utf-8")
    texts = [case["text"] for case in VECTORS["cases"] if case["holds"] and "text" in case]
    names = set[str]()
    for text in texts:
        header, payload, _ = (
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
            for part in text.strip().split(".")
        )
        document = json.loads(payload)
        for ended in document.get("succeeds", ()):
            names |= set(ended)
        event: dict[str, Any] = document.get("nabij:event", {})
        names |= {json.loads(header)["typ"], *document, *event, *event.get("act", ())}
    assert len(names) > 30
    assert sorted(name for name in names if f"`{name}`" not in page) == []

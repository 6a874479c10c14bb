"""``nabij mandates``: a written document is seen, and only its digest kept."""

import hashlib
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from nabij_backend.clock import utc_now
from tests.backend.cli.commands import Done
from tests.backend.cli.operating import EVA, Operator, only
from tests.service import Caller, Service

WRITTEN = b"Anna may act for me. Signed, Eva."


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A mandate, as it was scanned."""
    file = tmp_path / "mandate.pdf"
    file.write_bytes(WRITTEN)
    return file


@pytest.fixture
def anna(service: Service) -> Caller:
    """Who acts for Eva."""
    caller = service.caller("anna")
    assert caller.get("/v1/consents").status_code == 200
    return caller


def add(otto: Operator, document: Path, *, agent: str = "anna", days: int = 30) -> Done:
    until = f"{utc_now() + timedelta(days=days):%Y-%m-%d}"
    words = ("--agent", agent, "--until", until, "--document", str(document))
    return otto("mandates", "add", EVA, *words)


def test_a_mandate_is_recorded_by_the_digest_of_its_document(
    otto: Operator, eva: Caller, anna: Caller, document: Path, superuser: psycopg.Connection
) -> None:
    assert eva
    assert anna
    digest = hashlib.sha256(WRITTEN)
    added = add(otto, document).json
    assert added["document"] == digest.hexdigest()
    (found,) = superuser.execute("SELECT mandate_id::text, document_digest FROM mandate").fetchall()
    assert found == (added["mandate_id"], digest.digest())
    listed = otto("mandates", "list", EVA).json["mandates"]
    assert only(listed, mandate_id=added["mandate_id"], document=digest.hexdigest())


def test_a_mandate_ends_once(otto: Operator, eva: Caller, anna: Caller, document: Path) -> None:
    assert eva
    assert anna
    mandate_id = add(otto, document).json["mandate_id"]
    assert otto("mandates", "end", EVA, "--mandate", mandate_id).code == 0
    again = otto("mandates", "end", EVA, "--mandate", mandate_id)
    assert again.code == 1
    assert "nabij mandates list" in again.json["error"]


@pytest.mark.parametrize(
    ("agent", "days", "told"),
    [
        (EVA, 30, "--agent"),
        ("nobody-at-all", 30, "nothing is known"),
        ("anna", -1, "--until"),
        ("anna", 800, "--until"),
    ],
)
def test_what_cannot_be_a_mandate_is_refused(  # noqa: PLR0913 - fixtures
    otto: Operator,
    eva: Caller,
    anna: Caller,
    document: Path,
    superuser: psycopg.Connection,
    *,
    agent: str,
    days: int,
    told: str,
) -> None:
    assert eva
    assert anna
    done = add(otto, document, agent=agent, days=days)
    assert done.code == 1
    assert told in done.json["error"]
    assert superuser.execute("SELECT count(*) FROM mandate").fetchone() == (0,)


def test_a_document_that_is_not_there_is_refused(otto: Operator, tmp_path: Path) -> None:
    assert add(otto, tmp_path / "none.pdf").code == 2

"""Every command is an operator's, refused to others and logged, or is listed as asking nobody."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typer.core import TyperGroup
from typer.main import get_group

from nabij_backend.cli import app
from nabij_backend.enums import OperatorAction
from nabij_consent import notice_document
from tests.backend.cli.commands import Command
from tests.backend.cli.operating import EVA, Operator, operator, token
from tests.backend.notices.filled import FILLED_NOTICE

ID = str(uuid4())
# What may be typed behind each command of operators; {file}: a notice, or any document.
CALLS: dict[OperatorAction, Sequence[str]] = {
    OperatorAction.SUBJECT_SHOW: ("subject", "show", EVA),
    OperatorAction.SUBJECT_EXPORT: ("subject", "export", EVA, "--out", "{file}.out"),
    OperatorAction.SUBJECT_ERASE: ("subject", "erase", EVA, "--yes"),
    OperatorAction.CONSENT_HISTORY: ("consent", "history", EVA),
    OperatorAction.REQUESTS_ADD: ("requests", "add", EVA, "--kind", "insight"),
    OperatorAction.REQUESTS_CHECK: ("requests", "check", ID, "call-back"),
    OperatorAction.REQUESTS_ANSWER: ("requests", "answer", ID, "done"),
    OperatorAction.REQUESTS_LIST: ("requests", "list"),
    OperatorAction.MANDATES_ADD: (
        *("mandates", "add", EVA, "--agent", "anna"),
        *("--until", "2030-01-01", "--document", "{file}"),
    ),
    OperatorAction.MANDATES_LIST: ("mandates", "list", EVA),
    OperatorAction.MANDATES_END: ("mandates", "end", EVA, "--mandate", ID),
    OperatorAction.NOTICE_PUBLISH: ("notice", "publish", "{file}"),
    OperatorAction.REGISTER: ("register",),
    OperatorAction.RETENTION_RUN: ("retention", "run"),
    OperatorAction.RETENTION_DRY_RUN: ("retention", "run", "--dry-run"),
    OperatorAction.LOG_SETTLE: ("log", "settle"),
    OperatorAction.REPORTS_LIST: ("reports", "list"),
    OperatorAction.REPORTS_ANSWER: ("reports", "answer", "0123456789abcdef", "mended"),
}
# About nobody, or for whoever administers the machine and the database: docs/operators.md says why.
ASK_NOBODY = frozenset(
    {
        *("demo", "serve", "worker", "migrate", "doctor", "token"),
        *(
            "verify",
            "verify-log",
            "log proof",
            "log checkpoint",
            "log sequence",
            "log vkey",
            "fsck",
        ),
        *("restore-check", "keys init", "keys list", "keys rotate", "keys add", "witness"),
        *("operators add", "operators remove", "operators list", "operators refusals"),
        *("notice show", "places", "status"),
        *(f"sources {name}" for name in ("import", "registers", "list", "show", "remove", "undo")),
    }
)


def commands() -> Iterator[str]:
    """Every command there is."""
    for name, command in get_group(app).commands.items():
        if isinstance(command, TyperGroup):
            yield from (f"{name} {each}" for each in command.commands)
        else:
            yield name


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A document that can be published."""
    file = tmp_path / "document.json"
    file.write_text(json.dumps(notice_document(FILLED_NOTICE)))
    return file


def words_of(action: OperatorAction, file: Path) -> list[str]:
    """What is typed."""
    return [word.format(file=file) for word in CALLS[action]]


def test_every_command_is_an_operator_s_or_asks_nobody() -> None:
    asking = {" ".join(words) for words in CALLS.values()}
    for name in commands():
        assert any(f"{typed} ".startswith(f"{name} ") for typed in asking) != (name in ASK_NOBODY)
    assert set(commands()) >= ASK_NOBODY
    assert set(CALLS) == set(OperatorAction)


@pytest.mark.parametrize("action", OperatorAction)
def test_it_is_refused_without_a_token_the_claim_or_the_row_and_logged_for_an_operator(
    nabij: Command, superuser: psycopg.Connection, file: Path, action: OperatorAction
) -> None:
    words = words_of(action, file)
    assert "NABIJ_OPERATOR_TOKEN" in nabij(*words, "--json").json["error"]
    no_row = Operator(nabij, token(nabij, "otto", "--operator"))
    assert "nabij operators add" in no_row(*words).json["error"]
    otto = operator(nabij)
    no_claim = Operator(nabij, token(nabij, "otto"))
    assert "claim `nabij_operator`" in no_claim(*words).json["error"]
    assert superuser.execute("SELECT count(*) FROM operator_log").fetchone() == (0,)
    forged = Operator(nabij, f"{token(nabij, 'otto', '--operator')}x")
    assert "Sign in again" in forged(*words).json["error"]
    refused = nabij("operators", "refusals", "--json").json["refusals"]
    assert {each["action"] for each in refused} == {action}
    reasons = {each["reason"]: each["operator_id"] for each in refused}
    ((operator_id,),) = superuser.execute("SELECT operator_id FROM operator").fetchall()
    assert reasons == {
        "not-signed-in": None,
        "not-added": None,
        "not-accepted": None,
        "no-claim": str(operator_id),
    }
    otto(*words)
    assert superuser.execute("SELECT action FROM operator_log").fetchall() == [(action,)]

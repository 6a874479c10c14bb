"""Only who has the claim and the row works as an operator, and what they do is seen."""

from uuid import uuid4

import psycopg
import pytest

from tests.backend.cli.commands import Command
from tests.backend.cli.operating import EVA, Operator, only, token
from tests.service import Caller

NOT_SIGNED = "hunter2-hunter2"


@pytest.mark.parametrize("claim", [True, False])
@pytest.mark.parametrize("row", [True, False])
def test_claim_and_row_are_both_needed_and_what_is_missing_is_told(
    here: Command, eva: Caller, superuser: psycopg.Connection, *, claim: bool, row: bool
) -> None:
    assert eva
    if row:
        here("operators", "add", "otto-the-operator")
    caller = Operator(here, token(here, "otto-the-operator", *(["--operator"] * claim)))
    done = caller("subject", "show", EVA)
    assert (done.code == 0) == (claim and row)
    if done.code:
        told = done.json["error"]
        assert ("nabij_operator" in told) == (not claim)
        assert ("nabij operators add" in told) == (not row)
        assert "otto-the-operator" not in done.out + done.err
        assert EVA not in done.out + done.err
    for table in ("operator_log", "access_log"):
        found = superuser.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        assert found == (int(done.code == 0),)


def test_who_was_removed_works_no_longer_and_may_come_back(
    here: Command, otto: Operator, eva: Caller
) -> None:
    assert eva
    assert here("operators", "remove", "otto").code == 0
    assert "nabij operators add" in otto("subject", "show", EVA).json["error"]
    assert here("operators", "remove", "otto", "--json").code == 1
    here("operators", "add", "otto")
    assert otto("subject", "show", EVA).code == 0
    (row,) = here("operators", "list", "--json").json["operators"]
    assert row["removed_at"] is None
    assert "otto" not in here("operators", "list").out


def test_another_issuer_s_name_is_another_operator(here: Command, eva: Caller) -> None:
    assert eva
    here("operators", "add", "otto", "--issuer", "https://elsewhere.example")
    stranger = Operator(here, token(here, "otto", "--operator"))
    assert stranger("subject", "show", EVA).code == 1


def test_without_a_token_a_command_says_how_to_give_one(here: Command, eva: Caller) -> None:
    assert eva
    done = here("subject", "show", EVA, "--json")
    assert done.code == 1
    assert "NABIJ_OPERATOR_TOKEN" in done.json["error"]


def test_a_token_that_is_not_accepted_is_refused_and_never_shown(here: Command) -> None:
    done = here("subject", "show", EVA, "--json", operator_token=NOT_SIGNED)
    assert done.code == 1
    assert NOT_SIGNED not in done.out + done.err


def test_the_customer_sees_who_looked_and_the_log_says_not_at_whom(
    otto: Operator, eva: Caller, superuser: psycopg.Connection
) -> None:
    assert eva
    subject_id = otto("subject", "show", EVA).json["subject_id"]
    (seen,) = superuser.execute(
        "SELECT subject_id::text, reader::text, purpose, reader_id FROM access_log"
    ).fetchall()
    (logged,) = superuser.execute("SELECT operator_id, action FROM operator_log").fetchall()
    assert seen == (subject_id, "operator", "subject-show", logged[0])
    assert logged[1] == "subject-show"


def test_a_customer_is_shown_without_where_they_are(otto: Operator, eva: Caller) -> None:
    shown = otto("subject", "show", EVA).json
    assert only(shown["devices"], device_id=str(eva.device_id), platform="linux")
    assert [each["signal"] for each in shown["grants"]] == ["gps", "gsm", "wifi"]
    assert "statuses" not in shown
    told = otto.told("subject", "show", EVA, "--with-status")
    assert "CRS3035RES1000mN3263000E3973000" in told.replace("\n", "")
    assert "No objections." in told


def test_a_customer_may_be_named_by_pseudonym(otto: Operator, eva: Caller) -> None:
    assert eva
    shown = otto("subject", "show", EVA).json
    assert otto("subject", "show", "--subject-id", shown["subject_id"]).json == shown


@pytest.mark.parametrize(
    "named",
    [[], [EVA, "--subject-id", str(uuid4())], [""], ["--subject-id", "me"]],
    ids=["by nothing", "twice", "by an empty id", "by no uuid"],
)
def test_a_customer_is_named_in_one_way(otto: Operator, named: list[str]) -> None:
    assert otto("subject", "show", *named).code == 2


@pytest.mark.parametrize("named", [["nobody-at-all"], ["--subject-id", str(uuid4())]])
def test_looking_somebody_up_makes_nobody_known_and_is_logged(
    otto: Operator, superuser: psycopg.Connection, named: list[str]
) -> None:
    done = otto("consent", "history", *named)
    assert done.code == 1
    assert "nothing is known" in done.json["error"]
    assert "nobody-at-all" not in done.out + done.err
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (0,)
    assert superuser.execute("SELECT count(*) FROM operator_log").fetchone() == (1,)


def test_the_history_tells_every_act(otto: Operator, eva: Caller) -> None:
    eva.withdraw(signals=["gps"])
    granted, withdrawn = otto("consent", "history", EVA).json["acts"]
    assert (granted["kind"], granted["signals"]) == ("granted", ["gps", "gsm", "wifi"])
    assert (withdrawn["kind"], withdrawn["signals"]) == ("withdrawn", ["gps"])
    assert (withdrawn["number"], withdrawn["method"]) == (2, "app")
    assert withdrawn["device_id"] == str(eva.device_id)
    assert "withdrawn" in otto.told("consent", "history", EVA)


def test_firebase_tokens_need_their_project(here: Command) -> None:
    done = here("operators", "add", "otto", "--json", identity="firebase")
    assert done.code == 1
    assert "NABIJ_FIREBASE_PROJECT" in done.json["error"]

"""Only who has the claim and the row works as an operator, and what they do is seen."""

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.backend.cli.conftest import Command
from tests.backend.cli.operating import Operator, only, operator, token
from tests.service import Caller, Service

SECRET = "eva-of-the-canal"


@pytest.fixture
def nabij(service: Service, nabij: Command) -> Command:
    """On the data folder of the service, so that pseudonyms agree."""
    folder = str(service.settings.data_folder)

    def command(*arguments: str, **variables: str) -> object:
        return nabij(*arguments, **({"data_folder": folder} | variables))

    return command  # pyright: ignore[reportReturnType]


@pytest.fixture
def eva(service: Service) -> Caller:
    """A customer who agreed, and whose device has reported."""
    caller = service.caller(SECRET)
    assert caller.put_status(caller.gps(caller.grant())).json()["accepted"]
    return caller


@pytest.fixture
def otto(nabij: Command) -> Operator:
    """An operator."""
    return operator(nabij)


@pytest.mark.parametrize("claim", [True, False])
@pytest.mark.parametrize("row", [True, False])
def test_claim_and_row_are_both_needed_and_what_is_missing_is_told(
    nabij: Command, eva: Caller, superuser: psycopg.Connection, claim: bool, row: bool
) -> None:
    assert eva
    if row:
        nabij("operators", "add", "otto-the-operator")
    caller = Operator(nabij, token(nabij, "otto-the-operator", *(["--operator"] * claim)))
    done = caller("subject", "show", SECRET)
    assert (done.code == 0) == (claim and row)
    if done.code:
        told = done.json["error"]
        assert ("nabij_operator" in told) == (not claim)
        assert ("nabij operators add" in told) == (not row)
        assert "otto-the-operator" not in done.out + done.err
        assert SECRET not in done.out + done.err
    for table in ("operator_log", "access_log"):
        found = superuser.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        assert found == (int(done.code == 0),)


def test_who_was_removed_works_no_longer_and_may_come_back(
    nabij: Command, otto: Operator, eva: Caller
) -> None:
    assert eva
    assert nabij("operators", "remove", "otto").code == 0
    assert "nabij operators add" in otto("subject", "show", SECRET).json["error"]
    assert nabij("operators", "remove", "otto", "--json").code == 1
    nabij("operators", "add", "otto")
    assert otto("subject", "show", SECRET).code == 0
    (row,) = nabij("operators", "list", "--json").json["operators"]
    assert row["removed_at"] is None
    assert "otto" not in nabij("operators", "list").out


def test_another_issuer_s_name_is_another_operator(nabij: Command, eva: Caller) -> None:
    assert eva
    nabij("operators", "add", "otto", "--issuer", "https://elsewhere.example")
    stranger = Operator(nabij, token(nabij, "otto", "--operator"))
    assert stranger("subject", "show", SECRET).code == 1


def test_without_a_token_a_command_says_how_to_give_one(nabij: Command, eva: Caller) -> None:
    assert eva
    done = nabij("subject", "show", SECRET, "--json")
    assert done.code == 1
    assert "NABIJ_OPERATOR_TOKEN" in done.json["error"]


def test_a_token_that_is_not_accepted_is_refused_and_never_shown(nabij: Command) -> None:
    done = nabij("subject", "show", SECRET, "--json", operator_token="hunter2-hunter2")
    assert done.code == 1
    assert "hunter2" not in done.out + done.err


def test_the_customer_sees_who_looked_and_the_log_says_not_at_whom(
    otto: Operator, eva: Caller, superuser: psycopg.Connection
) -> None:
    assert eva
    subject_id = otto("subject", "show", SECRET).json["subject_id"]
    (seen,) = superuser.execute(
        "SELECT subject_id::text, reader::text, purpose, reader_id FROM access_log"
    ).fetchall()
    (logged,) = superuser.execute("SELECT operator_id, action FROM operator_log").fetchall()
    assert seen == (subject_id, "operator", "subject-show", logged[0])
    assert logged[1] == "subject-show"


def test_a_customer_is_shown_without_where_they_are(otto: Operator, eva: Caller) -> None:
    shown = otto("subject", "show", SECRET).json
    assert only(shown["devices"], device_id=str(eva.device_id), platform="linux")
    assert [each["signal"] for each in shown["grants"]] == ["gps", "gsm", "wifi"]
    assert "statuses" not in shown
    told = otto.told("subject", "show", SECRET, "--with-status")
    assert "CRS3035RES1000mN3263000E3973000" in told.replace("\n", "")
    assert "No objections." in told


def test_a_customer_may_be_named_by_pseudonym(otto: Operator, eva: Caller) -> None:
    assert eva
    shown = otto("subject", "show", SECRET).json
    assert otto("subject", "show", "--subject-id", shown["subject_id"]).json == shown


@pytest.mark.parametrize(
    "named",
    [[], [SECRET, "--subject-id", str(uuid4())], [""], ["--subject-id", "me"]],
    ids=["by nothing", "twice", "by an empty id", "by no uuid"],
)
def test_a_customer_is_named_in_one_way(otto: Operator, named: list[str]) -> None:
    assert otto("subject", "show", *named).code == 2


@pytest.mark.parametrize("named", [["nobody-at-all"], ["--subject-id", str(uuid4())]])
def test_looking_somebody_up_makes_nobody_known(
    otto: Operator, superuser: psycopg.Connection, named: list[str]
) -> None:
    done = otto("consent", "history", *named)
    assert done.code == 1
    assert "nothing is known" in done.json["error"]
    assert "nobody-at-all" not in done.out + done.err
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (0,)
    assert superuser.execute("SELECT count(*) FROM operator_log").fetchone() == (0,)


def test_the_history_tells_every_act(otto: Operator, eva: Caller) -> None:
    eva.withdraw(signals=["gps"])
    granted, withdrawn = otto("consent", "history", SECRET).json["acts"]
    assert (granted["kind"], granted["signals"]) == ("granted", ["gps", "gsm", "wifi"])
    assert (withdrawn["kind"], withdrawn["signals"]) == ("withdrawn", ["gps"])
    assert (withdrawn["number"], withdrawn["method"]) == (2, "app")
    assert withdrawn["device_id"] == str(eva.device_id)
    assert "withdrawn" in otto.told("consent", "history", SECRET)


def test_firebase_tokens_need_their_project(nabij: Command, tmp_path: Path) -> None:
    assert tmp_path
    done = nabij("operators", "add", "otto", "--json", identity="firebase")
    assert done.code == 1
    assert "NABIJ_FIREBASE_PROJECT" in done.json["error"]

"""``nabij requests``: in four weeks, after the identity was checked, and nothing copied."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from nabij_backend.clock import utc_now
from tests.backend.cli.operating import EVA, Operator, only
from tests.service import Caller


@pytest.fixture
def request_id(otto: Operator, eva: Caller) -> str:
    """A request of Eva's that came in today."""
    assert eva
    return otto("requests", "add", EVA, "--kind", "insight").json["request_id"]


def test_an_answer_is_due_in_four_weeks(otto: Operator, eva: Caller) -> None:
    assert eva
    added = otto("requests", "add", EVA, "--kind", "erasure", "--received", "2026-03-01").json
    assert datetime.fromisoformat(added["due_at"]) == datetime(2026, 3, 29, tzinfo=UTC)


def test_a_request_is_answered_after_the_identity_was_checked(
    otto: Operator, request_id: str, superuser: psycopg.Connection
) -> None:
    early = otto("requests", "answer", request_id, "done")
    assert early.code == 1
    assert "nabij requests check" in early.json["error"]
    assert otto("requests", "check", request_id, "call-back").code == 0
    assert otto("requests", "answer", request_id, "done").code == 0
    assert otto("requests", "list").json == {"requests": []}
    recorded = "SELECT identity_check::text, outcome::text, answered_at >= checked_at FROM request"
    assert superuser.execute(recorded).fetchall() == [("call-back", "done", True)]


def test_one_that_is_taken_back_needs_no_check(otto: Operator, request_id: str) -> None:
    assert otto("requests", "answer", request_id, "withdrawn").code == 0


@pytest.mark.parametrize("again", [("answer", "refused"), ("check", "in-person")])
def test_an_answered_request_stays_as_it_is(
    otto: Operator, request_id: str, again: tuple[str, str]
) -> None:
    otto("requests", "answer", request_id, "withdrawn")
    command, word = again
    done = otto("requests", command, request_id, word)
    assert done.code == 1
    assert "stays as it is" in done.json["error"]


def test_what_is_due_first_stands_first_and_what_is_late_is_told(
    otto: Operator, eva: Caller, request_id: str
) -> None:
    assert eva
    late = f"{utc_now() - timedelta(days=28):%Y-%m-%d}"
    otto("requests", "add", EVA, "--kind", "correction", "--received", late)
    first, second = otto("requests", "list").json["requests"]
    assert (first["kind"], first["overdue"]) == ("correction", True)
    assert (second["request_id"], second["overdue"]) == (request_id, False)
    told = otto.told("requests", "list")
    assert told.count("overdue") == 1
    assert told.index("correction") < told.index("insight")


def test_a_request_of_nobody_who_is_known_is_not_registered(otto: Operator) -> None:
    done = otto("requests", "add", "nobody-at-all", "--kind", "insight")
    assert done.code == 1
    assert "nothing is known" in done.json["error"]


def test_tomorrow_nothing_has_come_in_yet(otto: Operator, eva: Caller) -> None:
    assert eva
    tomorrow = f"{utc_now() + timedelta(days=1):%Y-%m-%d}"
    done = otto("requests", "add", EVA, "--kind", "insight", "--received", tomorrow)
    assert done.code == 1
    assert "--received" in done.json["error"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", str(uuid4()), "call-back"], 1),
        (["answer", str(uuid4()), "done"], 1),
        (["check", "the-first", "call-back"], 2),
        (["check", str(uuid4()), "passport-copy"], 2),
        (["answer", str(uuid4()), "ignored"], 2),
        (["add", EVA, "--kind", "money"], 2),
        (["add", EVA, "--kind", "insight", "--received", "last week"], 2),
    ],
)
def test_words_that_mean_nothing_are_refused(otto: Operator, words: list[str], code: int) -> None:
    assert otto("requests", *words).code == code


def test_the_customer_sees_their_request_being_worked_on(
    otto: Operator, request_id: str, superuser: psycopg.Connection
) -> None:
    otto("requests", "check", request_id, "letter-code")
    seen = superuser.execute("SELECT purpose FROM access_log ORDER BY read_at").fetchall()
    assert seen == [("requests-add",), ("requests-check",)]
    assert only(otto("subject", "show", EVA).json["requests"], identity_check="letter-code")


def test_who_waits_for_an_answer_sees_that_an_operator_looked_at_the_list(
    otto: Operator, eva: Caller, request_id: str
) -> None:
    again = otto("requests", "add", EVA, "--kind", "correction").json["request_id"]
    listed = otto("requests", "list").json["requests"]
    assert {each["request_id"] for each in listed} == {request_id, again}
    looks = [each["purpose"] for each in eva.get("/v1/me/access-log").json()["reads"]]
    assert looks.count("requests-list") == 1

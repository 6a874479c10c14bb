"""A finder reports without saying who they are, and comes back with a code."""

import hashlib
from datetime import timedelta

import httpx2
import psycopg
import pytest
from structlog.testing import capture_logs

from nabij_backend.disclosure.schemas import LONGEST_TEXT
from nabij_backend.http.problems import ProblemType
from tests.backend.cli.commands import Command
from tests.backend.cli.operating import operator
from tests.backend.http.test_limits import ask_from
from tests.service import Service

FOUND = "The receipt of somebody else opens with my token.\nSee: GET /v1/receipts/…"


def reported(service: Service, text: str = FOUND) -> str:
    """The code of a report."""
    answer = service.http.post("/v1/reports", json={"text": text})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()["code"]


def test_a_report_is_received_and_its_code_tells_how_far_it_is(service: Service) -> None:
    today = service.clock().date().isoformat()
    answer = service.http.get(f"/v1/reports/{reported(service)}")
    assert answer.json() == {
        "state": "received",
        "received_on": today,
        "changed_on": today,
        "answer": None,
    }
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_kept_tells_nobody_who_it_was(
    service: Service, superuser: psycopg.Connection
) -> None:
    code = reported(service)
    (row,) = superuser.execute("SELECT * FROM vulnerability_report").fetchall()
    today = service.clock().date()
    digest = hashlib.sha256(code.encode()).digest()
    assert row == (digest, FOUND, today, "received", today, None)


def test_two_reports_have_two_codes(service: Service) -> None:
    assert len({reported(service) for _ in range(3)}) == 3


@pytest.mark.parametrize("code", ["0" * 26, "x" * 25, "A" * 26, "o" * 26, "%00" * 26])
def test_without_the_code_nothing_is_told(service: Service, code: str) -> None:
    reported(service)
    answer = service.http.get(f"/v1/reports/{code}")
    assert answer.status_code in {404, 422}
    assert code not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"text": ""}, {"text": 3}, {"text": None}, {"text": ["a"]}),
        *({"text": "a", "name": "Eva"}, {"text": "a", "file": "b"}, {"text": "x" * 8_001}),
        *({"text": "\x1b[2J"}, {"text": "\x00"}, {"text": "\x9b1A"}),
    ],
    ids=lambda body: str(body)[:30],
)
def test_text_is_taken_and_nothing_else(
    service: Service, superuser: psycopg.Connection, body: object
) -> None:
    assert service.http.post("/v1/reports", json=body).status_code == 422
    assert superuser.execute("SELECT count(*) FROM vulnerability_report").fetchall() == [(0,)]


def test_a_long_report_fits(service: Service) -> None:
    reported(service, "é" * LONGEST_TEXT)


def test_an_address_that_reports_without_end_is_told_to_come_back(service: Service) -> None:
    def report_from(address: str) -> httpx2.Response:
        return ask_from(service, address, "POST", "/v1/reports", {"text": FOUND})

    assert [report_from("203.0.113.7").status_code for _ in range(5)] == [201] * 5
    assert_too_many(report_from("203.0.113.7"), at_most_s=720)
    assert report_from("203.0.113.8").status_code == 201


def test_a_proxy_on_this_machine_brings_many_finders_but_not_any_number(service: Service) -> None:
    for _ in range(100):
        reported(service)
    assert_too_many(service.http.post("/v1/reports", json={"text": FOUND}), at_most_s=36)


def assert_too_many(answer: httpx2.Response, *, at_most_s: int) -> None:
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-requests")
    assert 0 < int(answer.headers["retry-after"]) <= at_most_s


def test_the_service_itself_reads_no_text_again(
    service: Service, superuser: psycopg.Connection
) -> None:
    reported(service)
    superuser.execute("SET ROLE nabij_api")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        superuser.execute("SELECT text FROM vulnerability_report")
    superuser.execute("RESET ROLE")


def test_an_operator_reads_it_and_its_finder_reads_the_answer(
    service: Service, nabij: Command
) -> None:
    otto = operator(nabij)
    code = reported(service)
    (listed,) = otto("reports", "list").json["reports"]
    assert (listed["text"], listed["state"]) == (FOUND, "received")
    told = "Thank you. It is mended in the next version."
    assert otto("reports", "answer", listed["report"], "mended", "--answer", told).code == 0
    answer = service.http.get(f"/v1/reports/{code}").json()
    assert (answer["state"], answer["answer"]) == ("mended", told)
    assert otto("reports", "answer", listed["report"], "no-fault").code == 0
    assert service.http.get(f"/v1/reports/{code}").json()["answer"] == told


def test_an_answer_to_nothing_and_an_endless_one_are_refused(nabij: Command) -> None:
    otto = operator(nabij)
    words = ("reports", "answer", "0123456789abcdef", "mended")
    assert "no report of this name" in otto(*words).json["error"]
    assert "shorten it" in otto(*words, "--answer", "x" * 4_001).json["error"]


def test_a_settled_report_goes_after_a_year(
    service: Service, nabij: Command, superuser: psycopg.Connection
) -> None:
    codes = {state: reported(service) for state in ("mended", "looked-into")}
    a_year_ago = service.clock().date() - timedelta(days=366)
    for state, code in codes.items():
        superuser.execute(
            "UPDATE vulnerability_report SET state = %s, received_on = %s, changed_on = %s"
            " WHERE code_digest = %s",
            [state, a_year_ago, a_year_ago, hashlib.sha256(code.encode()).digest()],
        )
    assert operator(nabij)("retention", "run", "--beyond-share").code == 0
    gone = service.http.get(f"/v1/reports/{codes['mended']}")
    assert gone.json()["type"] == ProblemType.NO_REPORT.uri
    assert service.http.get(f"/v1/reports/{codes['looked-into']}").status_code == 200


def test_the_log_of_requests_has_neither_the_code_nor_the_text(service: Service) -> None:
    with capture_logs() as logged:
        code = reported(service)
        service.http.get(f"/v1/reports/{code}")
    routes = [each.get("route") for each in logged]
    assert routes == ["/v1/reports", "/v1/reports/{code}"]
    assert code not in str(logged)
    assert "receipt of somebody" not in str(logged)

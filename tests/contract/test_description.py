# Schemathesis leaves some of its types open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
"""The whole API as it describes itself, with what schemathesis makes of the description.

Each operation is asked as it was made up; and in the name of somebody who has agreed, reported and
has receipts, with their ids in the place of made-up ones, so that each is done.
"""

import os
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias, cast
from uuid import UUID, uuid4

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.contract.conftest import settings_of
from tests.contract.running import RunningService, make_up_sources, serving
from tests.service import AMSTERDAM, CallerOf

FRAMING = frozenset({"content-length", "transfer-encoding"})
# What a person's state or the catalogue's decides, no schema can say. 422 is looked at below.
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", 304, 401, 403, 404, 409, 410, 422, 429]
            }
        }
    }
)
DESCRIPTION = Path(__file__).parents[2] / "openapi.json"
# A stream of events never ends: tests/contract/test_listening.py reads it.
SCHEMA = schemathesis.openapi.from_path(str(DESCRIPTION), config=CONFIG).exclude(path="/v1/events")

Case: TypeAlias = "schemathesis.Case[Any]"
# Who has agreed is asked nothing more.
NEVER_DONE = {"GET /v1/consents/prompt"}
MADE_UP = "anna"
# What no schema says: that an hour lies before 2020.
SAYS_NO_SCHEMA = {"hour"}
OF_FORM = {"/problems/invalid-request", "/problems/unknown-field", "/problems/invalid-cell"}
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
EXAMPLES = 500 if THOROUGH else 5
_PATIENCE_S = 20.0


@dataclass
class Person:
    """Somebody of whom everything is known, made ready before each request."""

    service: RunningService
    http: httpx2.Client
    device_id: UUID = field(default_factory=uuid4)
    ids: dict[str, Any] = field(default_factory=dict[str, Any])
    done: set[str] = field(default_factory=set[str])

    @property
    def caller(self) -> CallerOf[Any]:
        token = self.service.token("schemathesis")() or ""
        return CallerOf(cast("Any", self), token, self.device_id)

    @property
    def clock(self) -> Callable[[], datetime]:
        return self.service.clock

    def be_ready(self) -> None:
        """Have agreed, reported and got a place in the log."""
        caller = self.caller
        if caller.get("/v1/me/cell").status_code == HTTPStatus.OK:
            return
        self.ids["epoch"] = caller.grant()
        assert caller.put_status(caller.gps(self.ids["epoch"])).status_code == HTTPStatus.OK
        self.ids["event_id"] = caller.get("/v1/receipts").json()["acts"][0]["event_id"]
        manifest = self.http.get("/v1/catalogue").json()
        self.ids["version"] = manifest["version"]
        leaves = "SELECT encode(leaf_hash, 'hex'), position + 1 FROM consent_leaf"
        deadline = time.monotonic() + _PATIENCE_S
        while not (found := self.service.rows(leaves)) and time.monotonic() < deadline:
            self.http.get("/healthz")
        self.ids["leaf_hash"], self.ids["second"] = found[0]

    def real(self, case: Case) -> None:
        """Put what this person has in the place of what was made up."""
        self.be_ready()
        known = {
            **self.ids,
            "device_id": str(self.device_id),
            "code": self.ids["report"] if case.path.startswith("/v1/reports") else AMSTERDAM,
            "region": "all",
            "slug": "no-consent",
            "purpose": "marketing",
            "first": 1,
        }
        for part in cast("tuple[dict[str, object], ...]", (case.path_parameters, case.query)):
            for name in set(part) & set(known):
                part[name] = known[name]
        for name in ("Nabij-Mandate", "If-Match", "tree_size", "before"):
            case.headers.pop(name, None)
            case.query.pop(name, None)
        if case.method in {"POST", "PUT"}:
            bodies = cast("dict[tuple[str, str], Any]", self._bodies())
            case.body = bodies.get((case.method, case.path), case.body)

    def _bodies(self) -> dict[tuple[str, str], object]:
        caller = self.caller
        report = caller.gps(self.ids["epoch"])
        return {
            ("POST", "/v1/consents"): caller.act("granted", ["gps"]),
            ("POST", "/v1/consents/withdrawals"): {
                "id": str(uuid4()),
                "device_id": str(caller.device_id),
                "occurred_at": self.clock().isoformat(),
            },
            ("PUT", "/v1/devices/{device_id}/status"): {"platform": "linux", "reports": [report]},
            ("PUT", "/v1/devices/{device_id}/acknowledgement"): {"number": 1},
            ("PUT", "/v1/devices/{device_id}/push-token"): {"push_token": "x" * 30},
            ("PUT", "/v1/me/choices"): {"source_ids": []},
            ("POST", "/v1/session/local"): {"customer": MADE_UP},
            ("POST", "/v1/reports"): {"text": "A fault that is none."},
        }


@pytest.fixture(scope="module")
def person(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Person]:
    """Somebody at a service that bears any number of requests."""
    folder = tmp_path_factory.mktemp("described")
    limits = {"customer_rate": 0, "local_customers": (MADE_UP,)}
    make_up_sources(shared_url, count=200)
    with (
        serving(settings_of(shared_url, folder).model_copy(update=limits)) as service,
        httpx2.Client(base_url=service.address) as http,
    ):
        told = http.post("/v1/reports", json={"text": "A fault that is none."})
        yield Person(service, http, ids={"report": told.json()["code"]})


@pytest.fixture(scope="module")
def real(person: Person) -> Generator[set[str]]:
    """The operations that were asked as they are meant to be; each was ever done."""
    asked: set[str] = set()
    yield asked
    assert asked - person.done <= NEVER_DONE


@pytest.mark.skipif(os.environ.get("NABIJ_BEHIND") == "nginx", reason="nginx answers TRACE itself")
# A parameter of ours gives each operation its own id: xdist would run those with one id once.
@pytest.mark.parametrize("signed_in", [True, False] if THOROUGH else [True])
@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_is_described(case: Case, person: Person, *, signed_in: bool) -> None:
    answer = asked(case, person, signed_in=signed_in)
    case.validate_response(answer)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and fits(case):
        problem = answer.json()
        faults = {str(each["loc"][-1]) for each in problem.get("errors", ())}
        assert problem["type"] not in OF_FORM or not faults or faults & SAYS_NO_SCHEMA, problem


def fits(case: Case) -> bool:
    """Whether the request was made as its description says."""
    return case.meta is not None and case.meta.generation.mode.is_positive


@pytest.mark.parametrize("signed_in", [True])
@SCHEMA.parametrize()
@settings(
    max_examples=3,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
def test_every_operation_is_done_and_its_answer_described(
    case: Case, person: Person, real: set[str], *, signed_in: bool
) -> None:
    person.real(case)
    answer = asked(case, person, signed_in=signed_in)
    # The case was perhaps made to be refused, and has become one that is not.
    case.validate_response(answer, excluded_checks=[negative_data_rejection])
    real.add(case.operation.label)


def asked(case: Case, person: Person, *, signed_in: bool) -> schemathesis.Response:
    """What the service answers the person, or nobody."""
    headers = FROM_OUR_PAGE | (person.caller.headers if signed_in else {})
    # With a made-up length it is another message: `test_connections` sends those.
    for name in {each for each in case.headers if each.lower() in FRAMING}:
        del case.headers[name]
    answer = case.call(base_url=person.service.address, headers=headers)
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        person.done.add(case.operation.label)
    return answer

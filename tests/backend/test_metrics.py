"""What Prometheus is told: numbers, of which none is about anybody."""

import re
import shutil
import subprocess
from datetime import timedelta
from os import urandom
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from nabij_backend.app import create_app, described_api
from nabij_backend.db import Database, Role, connection_as
from nabij_backend.events.feed import Feed
from nabij_backend.jobs import JobRuntime, rounds
from nabij_backend.log.witnessing import new_client
from nabij_backend.metrics import Metrics
from nabij_backend.migrations import newest_revision
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder
from tests.architecture.workspace import ROOT
from tests.backend.pools import subject_of, with_database
from tests.backend.requests.asking import ask
from tests.backend.retention.sweeping import at
from tests.backend.rights.people import give_mandate, reporting
from tests.service import Service

A_MINUTE_S = 60


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a service that shows its metrics."""
    return settings.model_copy(update={"metrics": True})


def numbers(text: str) -> dict[str, float]:
    """Each number by its name, with its labels where it has any."""
    return {
        " ".join((each.name, *(f"{name}={value}" for name, value in each.labels.items()))): (
            each.value
        )
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if not each.name.endswith("_created")
    }


def shown(service: Service) -> dict[str, float]:
    """What the service shows."""
    answer = service.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return numbers(answer.text)


def test_another_method_is_told_what_the_address_takes(service: Service) -> None:
    answer = service.http.post("/metrics")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def work(service: Service, *names: str) -> dict[str, float]:
    """The numbers that a worker shows after these rounds came by once each."""
    return numbers(worked(service, *names))


def worked(service: Service, *names: str) -> str:
    """What a worker shows then."""
    metrics = Metrics()

    async def use(database: Database) -> None:
        signer = Signer.open(signing_folder(service.settings))
        parts = (service.settings, database, service.clock, uuid4, urandom, signer, metrics)
        runtime = JobRuntime(*parts, at(service.clock()))
        by_name = {each.name: each for each in rounds(runtime, None, new_client())}
        assert max(each.every_s for each in by_name.values()) <= A_MINUTE_S
        url = service.settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            for name in names:
                await by_name[name].once(connection)

    with_database(service.settings, use, count=metrics.count)
    return metrics.text().decode()


def test_where_nobody_asks_for_them_they_are_as_unknown_as_any_address(settings: Settings) -> None:
    http = TestClient(
        create_app(settings.model_copy(update={"metrics": False})), base_url="http://localhost"
    )
    answer, unknown = http.get("/metrics"), http.get("/nowhere")
    assert answer.status_code == 404
    assert (answer.content, answer.headers) == (unknown.content, unknown.headers)


def test_an_overdue_request_shows_after_one_round(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    eva.grant()
    for days in (-1, 5, 6, 20):
        due_at = service.clock() + timedelta(days=days)
        ask(superuser, subject_of(superuser, eva.device_id), due_at=due_at)
    found = work(service, "escalate")
    assert found["nabij_requests_open"] == 4
    assert found["nabij_requests_due_within_7_days"] == 2
    assert found["nabij_requests_overdue"] == 1
    assert found["nabij_leaves_waiting"] == 1
    assert found["nabij_looked_timestamp_seconds"] == service.clock().timestamp()


def test_who_has_not_looked_does_not_say_that_nothing_waits(service: Service) -> None:
    looked_up = ("nabij_requests_", "nabij_leaves_waiting", "nabij_checkpoint_", "nabij_looked_")
    assert [name for name in shown(service) if name.startswith(looked_up)] == []


def test_acts_are_counted_once_by_kind_and_method(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    refusal = eva.act("refused", ["gps"])
    for _ in range(2):
        assert eva.post("/v1/consents", refusal).status_code == 201
    assert eva.post("/v1/consents", eva.act("granted", ["gps"]) | {"nonce": None}).is_error
    acts = {name: n for name, n in shown(service).items() if "acts" in name}
    assert acts == {
        "nabij_acts_recorded_total kind=granted method=app": 1,
        "nabij_acts_recorded_total kind=refused method=app": 1,
    }


def test_what_an_agent_does_for_somebody_is_counted_too(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva, bob = reporting(service, "eva"), reporting(service, "bob")
    mandate_id = give_mandate(
        superuser, subject_of(superuser, eva.device_id), subject_of(superuser, bob.device_id)
    )
    act = {"id": str(uuid4()), "device_id": str(bob.device_id), "occurred_at": "2026-01-01T00:00Z"}
    headers = {**bob.headers, "Nabij-Mandate": str(mandate_id)}
    answer = service.http.post("/v1/consents/withdrawals", json=act, headers=headers)
    assert answer.status_code == 200
    assert shown(service)["nabij_acts_recorded_total kind=withdrawn method=app"] == 1


def test_reports_are_counted_by_verdict(service: Service) -> None:
    eva = service.caller()
    epoch = eva.grant(["gps"])
    eva.put_status(eva.gps(epoch), eva.gsm(epoch))
    eva.put_status(eva.gps(epoch), eva.gps(epoch + 1))
    reports = {name: n for name, n in shown(service).items() if "reports" in name}
    assert reports == {
        "nabij_reports_total verdict=accepted": 2,
        "nabij_reports_total verdict=no-consent": 1,
        "nabij_reports_total verdict=stale-epoch": 1,
    }


def test_what_time_does_is_counted(service: Service) -> None:
    reporting(service)
    service.clock.advance(timedelta(days=366))
    found = work(service, "sequence", "sweep", "escalate", "sequence")
    assert found["nabij_acts_recorded_total kind=expired method=expiry"] == 1
    assert found["nabij_leaves_sequenced_total"] == 2
    assert found["nabij_rows_swept_total table=live_grant"] == 3
    assert found["nabij_rows_swept_total table=gps_status"] == 1
    assert found["nabij_leaves_waiting"] == 1
    assert found["nabij_checkpoint_timestamp_seconds"] == service.clock().timestamp()


def test_requests_are_counted_by_the_template_of_their_route(service: Service) -> None:
    for path in (f"/problems/{'x' * 9}", "/problems/too-far", "/nowhere"):
        service.http.get(path)
    service.http.request("BREW", "/healthz")
    found = shown(service)
    requests = {name: n for name, n in found.items() if name.startswith("nabij_http_requests")}
    assert requests == {
        "nabij_http_requests_total method=GET route=/problems/{slug} status=404": 1,
        "nabij_http_requests_total method=GET route=/problems/{slug} status=200": 1,
        "nabij_http_requests_total method=GET route=none status=404": 1,
        "nabij_http_requests_total method=other route=/healthz status=405": 1,
    }
    assert found["nabij_http_request_duration_seconds_count route=/problems/{slug}"] == 2


def test_what_the_process_holds_is_told_as_it_is(service: Service) -> None:
    service.caller().grant()
    found = shown(service)
    for pool in ("shared", "reserved"):
        assert found[f"nabij_pool_connections pool={pool}"] >= 1
        assert found[f"nabij_pool_waiting pool={pool}"] == 0
    assert found["nabij_streams"] == 0


def test_streams_are_counted_while_they_are_open(service: Service) -> None:
    async def use(database: Database) -> int:
        feed = Feed(service.settings.required_database_url, database)
        feed.end()  # it listens to nothing
        with feed.subscribed(uuid4()), feed.subscribed(uuid4()):
            return feed.streams

    assert with_database(service.settings, use) == 2


def test_each_transaction_has_the_name_of_its_operation(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    assert eva.post("/v1/consents", eva.act("granted", ["gps"]) | {"nonce": None}).is_error
    assert eva.withdraw().status_code == 200
    counted = {
        name.removeprefix("nabij_transaction_duration_seconds_count "): number
        for name, number in shown(service).items()
        if name.startswith("nabij_transaction_duration_seconds_count")
    }
    assert counted == {
        "became=committed transaction=current_notice": 2,
        "became=committed transaction=answer_notice": 2,
        "became=committed transaction=withdraw": 1,
    }


def test_a_transaction_that_is_rolled_back_is_counted_so(settings: Settings) -> None:
    observed: list[tuple[str, str]] = []

    async def divide(database: Database) -> None:
        async with database.transaction("divide"):
            raise ZeroDivisionError

    async def use(database: Database) -> None:
        with pytest.raises(ZeroDivisionError):
            await divide(database)
        async with database.transaction("add") as connection:
            await connection.execute("SELECT 1 + 1")

    def observe(name: str, became: str, seconds: float) -> None:
        assert seconds > 0
        observed.append((name, became))

    with_database(settings, use, observe=observe)
    assert observed == [("divide", "rolled-back"), ("add", "committed")]


def test_it_says_what_runs(service: Service) -> None:
    (build,) = [name for name in shown(service) if name.startswith("nabij_build_info")]
    assert f"revision={newest_revision()}" in build


def test_no_label_says_anything_about_anybody(service: Service) -> None:
    reporting(service, "eva-of-the-canal").withdraw()
    templates = {f"route={path}" for path in described_api().openapi()["paths"]}
    words = {
        label
        for name in shown(service)
        for label in name.split()[1:]
        if not label.startswith(("status=", "le=", "version=", "revision="))
    }
    operations = {
        f"transaction={operation['operationId']}"
        for path in described_api().openapi()["paths"].values()
        for operation in path.values()
    }
    assert words - templates - operations == {
        "became=committed",
        "kind=granted",
        "kind=withdrawn",
        "method=app",
        "method=GET",
        "method=POST",
        "method=PUT",
        "pool=reserved",
        "pool=shared",
        "verdict=accepted",
    }


def test_each_alert_fires_for_its_reason_and_is_silent_while_all_is_well() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed; it comes with Prometheus.")
    rules = Path(__file__).with_name("alerts_test.yml")
    done = subprocess.run(
        [promtool, "test", "rules", rules], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    alerts = (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    fired = re.findall(r"alertname: (\w+)\n +exp_alerts", rules.read_text(encoding="utf-8"))
    assert set(fired) == set(re.findall(r"alert: (\w+)", alerts))


def test_alerts_are_about_numbers_that_are_shown_and_described(service: Service) -> None:
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    alerts = (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    cells = " ".join(re.findall(r"^\| (`nabij_.*?) \|", page, re.MULTILINE))
    described = set(re.findall(r"`(nabij_\w+)", cells))
    service.http.get("/nowhere")
    text = service.http.get("/metrics").text + worked(service, "escalate")
    shown_now = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    assert set(re.findall(r"nabij_\w+", alerts)) <= described
    assert described - shown_now == set()

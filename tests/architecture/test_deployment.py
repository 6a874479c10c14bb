"""docker-compose.yml gives every container as little as it needs."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.architecture.workspace import ROOT

COMPOSE: dict[str, Any] = YAML(typ="safe", pure=True).load(  # pyright: ignore[reportUnknownMemberType] -- ruamel leaves its stream untyped
    ROOT / "docker-compose.yml"
)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("nabij:")]


def secrets_of(service: dict[str, Any]) -> set[str]:
    """Names of the secrets that a service can read."""
    return {each if isinstance(each, str) else each["source"] for each in service["secrets"]}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_write_and_do_nothing_special(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_backend_is_reachable_and_from_this_machine_only() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"backend": ["127.0.0.1:8000:8000"]}
    assert SERVICES["db"]["networks"] == ["database"]
    assert COMPOSE["networks"]["database"]["internal"] is True


def test_metrics_are_scraped_on_a_network_of_their_own_and_customers_do_not_see_any() -> None:
    assert "metrics" in SERVICES["worker"]["networks"]
    assert "metrics" not in SERVICES["backend"]["networks"]
    assert COMPOSE["networks"]["metrics"]["internal"] is True
    assert "NABIJ_METRICS" not in SERVICES["backend"]["environment"]


def test_each_reads_its_own_secrets() -> None:
    assert {name: secrets_of(service) for name, service in SERVICES.items()} == {
        "db": {"postgres_password", "nabij_api_password", "nabij_work_password"},
        "migrate": {"nabij_migrate_database_url"},
        "worker": {"nabij_work_database_url", "firebase_service_account"},
        "backend": {"nabij_database_url", "nabij_identity_key", "firebase_service_account"},
        "operator": {
            "nabij_migrate_database_url",
            "nabij_identity_key",
            "firebase_service_account",
        },
    }


def test_who_signs_uses_the_same_keys_and_one_of_them_works() -> None:
    for name in ("backend", "worker", "operator"):
        folder = SERVICES[name]["environment"]["NABIJ_SIGNING_KEYS"]
        assert f"signing:{folder}" in SERVICES[name]["volumes"]
    assert SERVICES["backend"]["environment"]["NABIJ_WORK_IN_PROCESS"] == "false"
    assert SERVICES["worker"]["command"][0] == "worker"


def test_erasures_are_kept_and_removed_where_a_restore_of_the_database_does_not_reach() -> None:
    for name in ("backend", "worker", "operator"):
        ledger = SERVICES[name]["environment"]["NABIJ_ERASURE_LEDGER"]
        assert f"ledger:{ledger.rpartition('/')[0]}" in SERVICES[name]["volumes"]
    assert "ledger" in COMPOSE["volumes"]
    days = {SERVICES[name]["environment"]["NABIJ_BACKUP_DAYS"] for name in ("worker", "operator")}
    assert days == {"${NABIJ_BACKUP_DAYS:-30}"}


def test_who_works_can_wake_devices() -> None:
    assert SERVICES["worker"]["environment"]["NABIJ_IDENTITY"] == "firebase"
    assert "default" in SERVICES["worker"]["networks"]


def test_operators_are_told_by_the_same_claim_as_customers_and_only_when_somebody_calls() -> None:
    assert SERVICES["operator"]["profiles"] == ["operator"]
    for name in ("NABIJ_IDENTITY", "NABIJ_FIREBASE_PROJECT"):
        operator, backend = (SERVICES[each]["environment"] for each in ("operator", "backend"))
        assert operator[name] == backend[name]


def test_the_readme_tells_how_to_make_every_secret() -> None:
    readme = (ROOT / "deploy" / "secrets" / "README.md").read_text()
    assert [name for name in COMPOSE["secrets"] if readme.count(name) < 2] == []


def test_images_are_pinned_to_a_version() -> None:
    tags = [service["image"].partition(":")[2] for service in SERVICES.values()]
    assert all(tag[:1].isdigit() for tag in tags)

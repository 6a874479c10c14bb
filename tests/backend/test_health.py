"""The service tells whether it is there, and what it waits for before it serves."""

import asyncio

import psycopg
from pydantic import SecretStr
from starlette.testclient import TestClient

from nabij_backend.app import create_app
from nabij_backend.cli.notice import publish_notice
from nabij_backend.settings import Settings
from tests.service import Service, notice


def readiness(settings: Settings) -> tuple[int, object]:
    """What a service with these settings answers as soon as it has started."""
    with TestClient(create_app(settings)) as http:
        assert http.get("/healthz").json() == {"status": "alive"}
        answer = http.get("/readyz")
    return answer.status_code, answer.json()


def waiting(*names: str) -> tuple[int, object]:
    return 503, {"ready": False, "waiting_for": list(names)}


def at(settings: Settings, url: str) -> Settings:
    """The settings with another database."""
    return settings.model_copy(update={"database_url": SecretStr(url), "pool_wait_s": 0.2})


def test_with_a_notice_it_is_ready(service: Service) -> None:
    answer = service.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "waiting_for": []})


def test_it_waits_for_a_notice(settings: Settings) -> None:
    assert readiness(settings) == waiting("notice")


def test_it_waits_for_the_newest_schema(settings: Settings, superuser: psycopg.Connection) -> None:
    asyncio.run(publish_notice(settings.required_database_url, notice(1)))
    superuser.execute("UPDATE alembic_version SET version_num = 'earlier'")
    assert readiness(settings) == waiting("migration")


def test_it_waits_for_the_first_migration(settings: Settings, empty_url: str) -> None:
    assert readiness(at(settings, empty_url)) == waiting("migration")


def test_it_waits_for_the_database(settings: Settings) -> None:
    nowhere = at(settings, "postgresql://postgres@/nabij?host=/nobody-listens-here")
    assert readiness(nowhere) == waiting("database")


def test_without_a_notice_nobody_is_asked(settings: Settings) -> None:
    with TestClient(create_app(settings)) as http:
        answer = http.get("/v1/notice")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-notice")

"""A database whose notice names no fields: what was agreed stands until it is asked anew."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb
from pydantic import SecretStr
from starlette.testclient import TestClient

from nabij.testing import ManualClock
from nabij_backend.app import create_app
from nabij_backend.cli.notice import publish_notice
from nabij_backend.identity import LocalIdentity
from nabij_backend.identity.keys import identity_key
from nabij_backend.identity.local import ISSUER
from nabij_backend.identity.sign_in import SignIn
from nabij_backend.migrations.run import migrate
from nabij_backend.settings import Settings
from nabij_consent import (
    InvalidNotice,
    Locale,
    Notice,
    epoch_of,
    next_version,
    notice_digest,
    read_notice,
)
from tests.backend.cli.commands import invoke
from tests.backend.database.older import at_revision
from tests.backend.notices.filled import FILLED_NOTICE
from tests.keys import give_keys

OLD: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "consent" / "notice_of_format_1.json").read_text("utf-8")
)
EVA, DEVICE = UUID(int=1), uuid4()
_ROWS = """
INSERT INTO nabij.subject VALUES (%(eva)s);
INSERT INTO nabij.identity VALUES (%(eva)s, %(digest)s);
INSERT INTO nabij.notice (version, digest, document, published_at)
    VALUES (1, %(notice_digest)s, %(notice)s, '2026-05-01Z');
INSERT INTO nabij.consent_event (subject_id, number, event_id, kind, purpose, signals,
    notice_version, nonce, device_id, occurred_at, recorded_at, salt, leaf_hash, method)
    VALUES (%(eva)s, 1, gen_random_uuid(), 'granted', 'nearby-sources', '{gps,gsm}', 1,
            gen_random_uuid(), %(device)s, '2026-05-01Z', '2026-05-01Z',
            decode(repeat('00', 16), 'hex'), sha256('leaf'), 'app');
INSERT INTO nabij.live_grant (subject_id, purpose, signal, epoch, event_number, resolution_m,
    retention_days, notice_version, granted_at, expires_at)
    VALUES (%(eva)s, 'nearby-sources', 'gps', 1, 1, 1000, 30, 1, '2026-05-01Z', '2027-05-01Z'),
           (%(eva)s, 'nearby-sources', 'gsm', 1, 1, NULL, 30, 1, '2026-05-01Z', '2027-05-01Z');
INSERT INTO nabij.device (subject_id, device_id, platform, seen_on)
    VALUES (%(eva)s, %(device)s, 'android', '2026-05-31');
INSERT INTO nabij.gsm_status
    (subject_id, purpose, device_id, hour, radio, connected, roaming, level)
    VALUES (%(eva)s, 'nearby-sources', %(device)s, '2026-06-01 08:00Z', '4g', true, true, 3);
"""


class Upgraded:
    """A service on the database, and Eva's look at what she permits."""

    def __init__(self, client: TestClient, settings: Settings, clock: ManualClock) -> None:
        self._client = client
        self._identity = LocalIdentity.open(settings.data_folder)
        self._url = settings.required_database_url
        self._clock = clock

    def permissions(self) -> dict[str, tuple[bool, list[str]]]:
        """Whether each signal is allowed, and why not."""
        token = self._identity.issue("eva", now=self._clock(), lifetime=timedelta(hours=1))
        headers = {"Authorization": f"Bearer {token}"}
        found = self._client.get("/v1/consents", headers=headers).json()["permissions"]
        return {each["signal"]: (each["allowed"], each.get("reasons", [])) for each in found}

    def publish(self, notice: Notice) -> None:
        """Publish what follows."""
        assert asyncio.run(publish_notice(self._url, notice))


@pytest.fixture
def settings(empty_url: str, tmp_path: Path) -> Settings:
    """Of a service on a database of its own."""
    return Settings(
        database_url=SecretStr(empty_url),
        data_folder=give_keys(tmp_path / "data"),
        work_in_process=False,
    )


@pytest.fixture
def superuser(settings: Settings) -> Iterator[psycopg.Connection]:
    """The database as a release of before left it, and as it is after the migration."""
    url = settings.required_database_url
    with at_revision(url, "0005") as connection:
        row = {
            "eva": EVA,
            "device": DEVICE,
            "digest": SignIn(ISSUER, "eva").digest(identity_key(settings)),
            "notice": Jsonb(OLD),
            "notice_digest": notice_digest(read_notice(OLD)),
        }
        for statement in filter(str.strip, _ROWS.split(";\n")):
            connection.execute(statement.encode(), row)
    migrate(url)
    own = {"database_url": url, "data_folder": str(settings.data_folder)}
    assert invoke("keys", "init", **own).code == 0
    with psycopg.connect(url, autocommit=True, options="-c search_path=nabij,public") as connection:
        yield connection


@pytest.fixture
def upgraded(
    settings: Settings, superuser: psycopg.Connection, clock: ManualClock
) -> Iterator[Upgraded]:
    """The service on it."""
    assert superuser
    with TestClient(create_app(settings, clock=clock), base_url="http://localhost") as client:
        yield Upgraded(client, settings, clock)


def test_the_migration_keeps_what_was_agreed_and_drops_what_was_not_named(
    superuser: psycopg.Connection,
) -> None:
    ((status,),) = superuser.execute("SELECT to_jsonb(s) FROM gsm_status AS s").fetchall()
    assert {*status} == {"subject_id", "purpose", "device_id", "signal", "hour", "connected"}
    assert status["connected"] is True
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (2,)


def test_the_old_notice_is_readable_and_has_the_digest_that_receipts_name(
    superuser: psycopg.Connection,
) -> None:
    ((document, digest),) = superuser.execute("SELECT document, digest FROM notice").fetchall()
    assert notice_digest(read_notice(document)) == digest


def test_what_is_named_for_the_first_time_is_material_and_words_alone_are_not(
    upgraded: Upgraded,
) -> None:
    assert upgraded.permissions()["gps"] == (True, [])
    old = read_notice(OLD)
    with pytest.raises(InvalidNotice, match="asked anew"):
        next_version(old, FILLED_NOTICE, material=False)
    named = next_version(old, FILLED_NOTICE, material=None)
    assert (named.version, named.material_since) == (2, 2)
    upgraded.publish(named)
    assert upgraded.permissions()["gps"] == (False, ["notice-changed"])
    title = dict.fromkeys(Locale, "Andere woorden")
    reworded = next_version(named, replace(named, title=title), material=False)
    assert (reworded.version, reworded.material_since) == (3, 2)


def test_words_alone_leave_an_old_grant_as_it_is(upgraded: Upgraded) -> None:
    old = read_notice(OLD)
    title = dict.fromkeys(Locale, "Andere woorden")
    upgraded.publish(next_version(old, replace(old, title=title), material=False))
    assert upgraded.permissions()["gps"] == (True, [])
    assert upgraded.permissions()["gsm"] == (True, [])


def test_an_old_grant_has_the_epoch_of_the_leaf_that_began_it(
    superuser: psycopg.Connection,
) -> None:
    found = superuser.execute("SELECT epoch, begun_number FROM live_grant").fetchall()
    assert found == [(epoch_of(hashlib.sha256(b"leaf").digest()), 1)] * 2

"""``nabij doctor`` is green on what works, finds each fault, and what it says to do mends it."""

import json
import re
import tempfile
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from nabij_backend.cli.doctor import database
from nabij_backend.cli.doctor.checks import Part
from nabij_backend.clock import utc_now
from nabij_backend.migrations import NewerSchema
from nabij_backend.signing import Signer
from nabij_backend.sources import gazetteer, geonames
from nabij_consent import notice_document
from nabij_dev import embedded
from nabij_dev.made_up import write_community
from tests.backend.cli.commands import Done, invoke
from tests.backend.database.older import at_revision
from tests.backend.notices.filled import FILLED_NOTICE
from tests.keys import IDENTITY_KEY
from tests.rehearsal.installation import LOGINS, Installation, installed
from tests.rehearsal.neighbours import Proxy, free_port, pgbouncer, proxy_before

_TYPED = re.compile(r"`(nabij [^`]*)`")


@dataclass(slots=True)
class Site:
    """An installation with its proxy, looked at and mended as whoever runs it would."""

    at: Installation
    proxy: Proxy
    changed: dict[str, str] = field(default_factory=dict[str, str])
    """Settings as somebody left them."""

    def doctor(self, part: Part) -> dict[str, str]:
        """What is to be done about each thing that is not well, with the part's own login."""
        settings = self.at.settings | self.at.more_settings
        if part is not Part.OPERATOR:
            settings = self.at.settings_of({Part.SERVE: "serve", Part.WORKER: "worker"}[part])
        done = invoke("doctor", "--as", part, "--json", **(settings | self.changed))
        found = done.json
        assert found["well"] == (done.code == 0)
        return {each["what"]: each["advice"] for each in found["findings"] if not each["well"]}

    def typed(self, command: str) -> Done:
        """What somebody types as an operator who administers the database, too."""
        settings = self.at.settings | self.at.more_settings
        token = invoke("token", "otto", "--operator", "--json", **settings).json["token"]
        words = command.removeprefix("nabij ").split()
        return invoke(*words, "--json", **(settings | {"operator_token": token} | self.changed))

    def sql(self, *statements: LiteralString) -> None:
        """What a superuser types."""
        with self.at.superuser() as connection:
            for each in statements:
                connection.execute(each)


@pytest.fixture(scope="module")
def site() -> Generator[Site]:
    """An installation that serves and works behind a proxy, with no notice and no sources."""
    with ExitStack() as parts:
        folder = parts.enter_context(embedded.temporary_folder())
        at = parts.enter_context(installed(folder))
        port = free_port()
        at.more_settings = {"public_url": f"https://localhost:{port}"}
        for command in (("migrate",), ("keys", "init"), ("operators", "add", "otto")):
            assert invoke(*command, **at.settings).code == 0
        up = parts.enter_context(at.running("serve", "--port", "0"))
        parts.enter_context(at.running("worker"))
        proxy = proxy_before("nginx", str(up["url"]), folder / "nginx", port)
        proxy.start()
        parts.callback(proxy.stop)
        monkeypatch = parts.enter_context(pytest.MonkeyPatch.context())
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
        yield Site(at, proxy)


@pytest.fixture
def well(site: Site, tmp_path: Path) -> Site:
    """The same, and healthy: by what doctor says to type, where something is missing."""
    notice, register = tmp_path / "notice.json", tmp_path / "register.csv"
    notice.write_text(json.dumps(notice_document(FILLED_NOTICE)))
    write_community(register, seed=2026, count=300)
    for advice in site.doctor(Part.OPERATOR).values():
        file = register if "sources" in advice else notice
        (command,) = _TYPED.findall(advice.replace("FILE", str(file)))
        assert site.typed(command).code == 0
    return site


def test_what_is_missing_at_first_is_mended_by_what_it_says(well: Site) -> None:
    assert {part: well.doctor(part) for part in Part} == {part: {} for part in Part}


Planted = Generator[None]


@contextmanager
def setting(site: Site, **changed: str) -> Planted:
    """Settings that somebody got wrong; mended by setting them right."""
    site.changed |= changed
    try:
        yield
    finally:
        for name in changed:
            del site.changed[name]


@contextmanager
def statements(site: Site, planted: LiteralString, mended: LiteralString) -> Planted:
    """What a superuser typed, and types to mend it."""
    site.sql(planted)
    try:
        yield
    finally:
        site.sql(mended)


@contextmanager
def keys_away(site: Site) -> Planted:
    """The folder of keys is empty; mended by putting it back."""
    elsewhere = site.at.keys.with_name("keys-elsewhere")
    site.at.keys.rename(elsewhere)
    site.at.keys.mkdir()
    try:
        yield
    finally:
        site.at.keys.rmdir()
        elsewhere.rename(site.at.keys)


@contextmanager
def keys_open(site: Site) -> Planted:
    """Others can read a key; mended by the mode that it says."""
    key = site.at.keys / "active.key"
    key.chmod(0o644)
    try:
        yield
    finally:
        key.chmod(0o600)


@contextmanager
def foreign_keys(site: Site) -> Planted:
    """Keys of another installation; mended by giving the folder of this one."""
    foreign = site.at.folder / "foreign-keys"
    Signer.create(foreign)
    with setting(site, signing_keys=str(foreign)):
        yield


@contextmanager
def clock_ahead(_site: Site) -> Planted:
    """This host's clock is ahead; mended by setting it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "utc_now", lambda: utc_now() + timedelta(minutes=6))
        yield


@contextmanager
def no_disk(site: Site) -> Planted:
    """The ledger's folder cannot be written; mended by another place."""
    (site.at.folder / "a-file").touch()
    with setting(site, erasure_ledger=str(site.at.folder / "a-file" / "erasures.jsonl")):
        yield


@contextmanager
def places_elsewhere(site: Site) -> Planted:
    """A gazetteer of another country; mended by that of the sources'."""
    file = site.at.folder / "places.json"
    file.write_text(gazetteer.document(geonames.places_of(["PT"])), encoding="utf-8")
    with setting(site, places=str(file)):
        yield


@contextmanager
def pooler(site: Site) -> Planted:
    """PgBouncer before the database; mended by naming PostgreSQL."""
    folder = Path(tempfile.mkdtemp(dir=site.at.folder))
    with (
        pgbouncer(folder, site.at.socket, LOGINS["serve"]) as url,
        setting(site, database_url=url),
    ):
        yield


@contextmanager
def proxy(site: Site, *change: str) -> Planted:
    """The proxy is stopped, or configured otherwise; mended by starting it as we give it away."""
    site.proxy.stop()
    if change:
        written, instead = change
        site.proxy.start((written, instead))
    try:
        yield
    finally:
        site.proxy.stop()
        site.proxy.start()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, who meets it, the thing that is not well then, and words of the advice."""

    part: Part
    plant: Callable[[Site], AbstractContextManager[None]]
    what: str
    advice: str


_KEYS = "the keys are this installation's"
_PASSED_ON = "proxy_pass http://nabij;"
_PROXY = "the proxy passes requests on as they came"
FAULTS = {
    "role": Fault(
        Part.WORKER,
        lambda site: statements(
            site,
            "REVOKE nabij_worker FROM nabij_work",
            "GRANT nabij_worker, nabij_api TO nabij_work",
        ),
        "the login may work as its role",
        "`GRANT nabij_worker, nabij_api TO` the login",
    ),
    "newer schema": Fault(
        Part.SERVE,
        lambda site: statements(
            site,
            "UPDATE alembic_version SET version_num = '9' || version_num; "
            "ALTER FUNCTION oldest_release RENAME TO earlier; CREATE FUNCTION oldest_release() "
            "RETURNS text LANGUAGE sql RETURN '9' || earlier()",
            "UPDATE alembic_version SET version_num = substr(version_num, 2); "
            "DROP FUNCTION oldest_release; ALTER FUNCTION earlier RENAME TO oldest_release",
        ),
        "the schema serves this release",
        str(NewerSchema()),
    ),
    "a policy dropped by hand": Fault(
        Part.WORKER,
        lambda site: statements(
            site,
            "ALTER POLICY own_rows ON gps_status RENAME TO other_rows",
            "ALTER POLICY other_rows ON gps_status RENAME TO own_rows",
        ),
        "the schema is as the migrations make it",
        "Missing: policy gps_status own_rows. Added: policy gps_status other_rows.",
    ),
    "keys missing": Fault(Part.SERVE, keys_away, "identity is set up", "Put it back"),
    "keys missing for who works": Fault(Part.WORKER, keys_away, _KEYS, "Put it back"),
    "keys that others read": Fault(Part.WORKER, keys_open, _KEYS, "chmod"),
    "foreign keys": Fault(Part.WORKER, foreign_keys, _KEYS, "NABIJ_SIGNING_KEYS"),
    "clock": Fault(Part.WORKER, clock_ahead, "the clock is the database's", "Set the clock"),
    "loopback address": Fault(
        Part.SERVE,
        lambda site: setting(site, public_url="http://127.0.0.1:8000", host="0.0.0.0"),  # noqa: S104 - not listened on
        "receipts name an address that customers reach",
        "NABIJ_PUBLIC_URL",
    ),
    "disk": Fault(
        Part.OPERATOR, no_disk, "the ledger of erasures takes a line", "NABIJ_ERASURE_LEDGER"
    ),
    "places of another country": Fault(
        Part.SERVE,
        places_elsewhere,
        "places near the sources can be typed",
        "NABIJ_PLACES",
    ),
    "places that are not there": Fault(
        Part.SERVE,
        lambda site: setting(site, places=str(site.at.folder / "no-such-file.json")),
        "places near the sources can be typed",
        "NABIJ_PLACES",
    ),
    "identity key": Fault(
        Part.SERVE,
        lambda site: setting(site, identity_key=IDENTITY_KEY[::-1]),
        _KEYS,
        "NABIJ_IDENTITY_KEY",
    ),
    "pooler": Fault(
        Part.SERVE, pooler, "no pooler stands before the database", "NABIJ_DATABASE_URL"
    ),
    "proxy is down": Fault(Part.SERVE, proxy, _PROXY, "start the proxy"),
    "proxy with another name": Fault(
        Part.SERVE,
        lambda site: proxy(site, "proxy_set_header Host $http_host;", ""),
        _PROXY,
        "`Host`",
    ),
    "proxy without a service": Fault(
        Part.SERVE, lambda site: proxy(site, _PASSED_ON, "return 502;"), _PROXY, "`nabij serve`"
    ),
    "proxy to another service": Fault(
        Part.SERVE, lambda site: proxy(site, _PASSED_ON, "return 200 '{}';"), _PROXY, "to this one"
    ),
    "read-only": Fault(
        Part.SERVE,
        lambda site: statements(
            site,
            "ALTER DATABASE nabij SET default_transaction_read_only = on",
            "ALTER DATABASE nabij RESET default_transaction_read_only",
        ),
        "the database can be written",
        "default_transaction_read_only",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_mended_by_what_it_says(well: Site, name: str) -> None:
    fault = FAULTS[name]
    with fault.plant(well):
        found = well.doctor(fault.part)
        assert fault.advice in found[fault.what]
    assert well.doctor(fault.part) == {}


@pytest.mark.parametrize(
    ("revision", "what", "typed"),
    [
        (None, "PostGIS is there", ["nabij migrate"]),
        ("0021", "the schema serves this release", ["nabij migrate"]),
    ],
    ids=["extension", "older schema"],
)
def test_an_older_or_an_empty_database_is_mended_by_migrating(
    well: Site, revision: str | None, what: str, typed: list[str]
) -> None:
    well.sql("CREATE DATABASE another")
    url = well.at.url().replace("/nabij?", "/another?")
    if revision is not None:
        with at_revision(url, revision):
            pass
    with setting(well, database_url=url):
        found = well.doctor(Part.OPERATOR)
        assert _TYPED.findall(found[what]) == typed
        for command in typed:
            assert well.typed(command).code == 0
        assert what not in well.doctor(Part.OPERATOR)
    well.sql("DROP DATABASE another WITH (FORCE)")


def test_nothing_starts_on_a_schema_that_somebody_changed(well: Site) -> None:
    well.sql("GRANT UPDATE ON consent_event TO nabij_api")
    try:
        for command in (("serve", "--port", "0"), ("worker",)):
            done = invoke(*command, "--json", **(well.at.settings_of(command[0])))
            assert done.code == 1
            assert "Changed: grant table consent_event to nabij_api." in done.json["error"]
    finally:
        well.sql("REVOKE UPDATE ON consent_event FROM nabij_api")


def test_behind_a_pooler_nothing_starts_and_one_sentence_says_why(well: Site) -> None:
    with pooler(well):
        settings = well.at.settings | well.changed
        for command in (("serve", "--port", "0"), ("worker",), ("sources", "list"), ("fsck",)):
            done = invoke(*command, "--json", **settings)
            assert done.code == 1
            assert done.json["error"].startswith("A pooler stands between Nabij and PostgreSQL")


def test_behind_a_pooler_one_client_meets_what_another_left(well: Site) -> None:
    """Why it is refused: this setting tells row-level security whose rows a session sees."""
    with pooler(well):
        url = well.changed["database_url"]
        with psycopg.connect(url, autocommit=True) as one, psycopg.connect(url) as other:
            one.execute("SELECT set_config('nabij.subject', 'somebody', false)")
            found = other.execute("SELECT current_setting('nabij.subject', true)").fetchone()
    assert found == ("somebody",)

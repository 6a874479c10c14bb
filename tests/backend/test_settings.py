"""Settings come from the environment and from secret files, and are documented."""

import re
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr, ValidationError

from nabij_backend.public_url import PublicUrlNotReachable, require_reachable
from nabij_backend.settings import Settings, read_settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
KEY = "0123456789abcdef0123456789abcdef"


def test_every_setting_is_documented_in_its_own_words() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    declared = {
        f"NABIJ_{name.upper()}": field.description for name, field in Settings.model_fields.items()
    }
    assert dict(rows) == declared


def test_a_secret_file_sets_what_the_environment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NABIJ_IDENTITY_KEY", raising=False)
    (tmp_path / "nabij_identity_key").write_text(KEY)
    key = read_settings(tmp_path).identity_key
    assert key is not None
    assert key.get_secret_value() == KEY


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://eva:it%27s@db.example:5433/nabij?sslmode=verify-full",
        "host=db.example port=5433 user=eva password='it\\'s' dbname=nabij sslmode=verify-full",
    ],
)
def test_a_host_of_the_database_may_not_be_silent_for_long(address: str) -> None:
    settings = Settings(database_url=SecretStr(address))
    assert conninfo_to_dict(settings.required_database_url) == {
        "user": "eva",
        "password": "it's",
        "host": "db.example",
        "port": "5433",
        "dbname": "nabij",
        "sslmode": "verify-full",
        "connect_timeout": "5",
        "tcp_user_timeout": "10000",
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "2",
    }


def test_how_long_it_may_be_silent_can_be_said() -> None:
    address = SecretStr("postgresql://db.example/nabij?connect_timeout=60&keepalives_idle=99")
    said = conninfo_to_dict(Settings(database_url=address).required_database_url)
    assert (said["connect_timeout"], said["keepalives_idle"]) == ("60", "99")


def test_no_folder_of_secrets_is_no_error(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none").port == 8000


def test_a_short_key_is_refused_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NABIJ_IDENTITY_KEY", "hunter2")
    with pytest.raises(ValidationError) as caught:
        read_settings()
    assert "at least 32 characters" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        *("https://nabij.example", "https://nabij.example:8443/energy/", "http://127.0.0.1:8000"),
        *("http://localhost", "http://[::1]:8000"),
    ],
)
def test_receipts_name_an_https_address_or_one_of_this_machine(url: str) -> None:
    assert Settings(public_url=url).public_url == url


@pytest.mark.parametrize(
    "url",
    [
        *("http://nabij.example", "nabij.example", "https://", "https://eva:hunter2@nabij.example"),
        *("https://nabij.example/?hunter2", "https://nabij.example#hunter2", "ftp://nabij.example"),
        *("https://nabij.example/a b", "https://nabij.example\nhttps://other.example"),
    ],
)
def test_an_address_that_receipts_cannot_name_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(public_url=url)
    assert "https://energy.example" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - not listened on
def test_others_are_served_only_where_receipts_name_an_address_that_they_reach(
    tmp_path: Path, host: str
) -> None:
    settings = Settings(data_folder=tmp_path, host=host)
    with pytest.raises(PublicUrlNotReachable, match="NABIJ_PUBLIC_URL"):
        require_reachable(settings)
    require_reachable(settings.model_copy(update={"host": "127.0.0.1"}))
    require_reachable(settings.model_copy(update={"public_url": "https://nabij.example"}))


def test_a_database_address_that_is_none_is_refused_and_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NABIJ_DATABASE_URL", "postgresql://nabij:hunter2@[")
    with pytest.raises(ValidationError) as caught:
        read_settings()
    assert "hunter2" not in str(caught.value)


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NABIJ_IDENTITY_KEY", KEY)
    assert KEY not in repr(read_settings())

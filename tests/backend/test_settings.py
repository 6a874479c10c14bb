"""Settings come from the environment and from secret files, and are documented."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

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


def test_no_folder_of_secrets_is_no_error(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none").port == 8000


def test_a_short_key_is_refused_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NABIJ_IDENTITY_KEY", "hunter2")
    with pytest.raises(ValidationError) as caught:
        read_settings()
    assert "at least 32 characters" in str(caught.value)
    assert "hunter2" not in str(caught.value)


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

"""``nabij notice``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nabij_consent import notice_digest, notice_document
from tests.backend.cli.commands import Command, Done
from tests.backend.cli.operating import Operator, operator, token
from tests.backend.notices.filled import FILLED_NOTICE, filled

STARTER: Mapping[str, object] = notice_document(FILLED_NOTICE)


@pytest.fixture
def document(nabij: Command) -> dict[str, Any]:
    """The notice to begin from, with addresses of one's own."""
    return filled(nabij("notice", "show", "--starter", "--json").json)


@pytest.fixture
def olga(nabij: Command) -> Operator:
    """An operator."""
    return operator(nabij, "olga")


def publish(caller: Operator, folder: Path, document: object, *words: str) -> Done:
    return caller("notice", "publish", str(written(folder, document)), *words)


def written(folder: Path, document: object) -> Path:
    file = folder / "notice.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_the_starter_can_be_published_and_is_shown_then(
    nabij: Command, olga: Operator, tmp_path: Path, document: dict[str, Any]
) -> None:
    done = publish(olga, tmp_path, document)
    told = {"version": 1, "material_since": 1, "digest": notice_digest(FILLED_NOTICE)}
    assert (done.code, done.json) == (0, told)
    assert nabij("notice", "show", "--json").json == document
    assert notice_digest(FILLED_NOTICE) in nabij("notice", "show").out


@pytest.mark.parametrize("claim", [True, False])
@pytest.mark.parametrize("row", [True, False])
def test_only_an_operator_publishes_and_the_log_says_so(  # noqa: PLR0913 - what it takes
    nabij: Command,
    tmp_path: Path,
    document: dict[str, Any],
    superuser: psycopg.Connection,
    *,
    claim: bool,
    row: bool,
) -> None:
    if row:
        nabij("operators", "add", "olga")
    caller = Operator(nabij, token(nabij, "olga", *(["--operator"] * claim)))
    done = publish(caller, tmp_path, document)
    may = claim and row
    assert done.code == (0 if may else 1)
    assert (nabij("notice", "show", "--json").code == 0) == may
    logged = superuser.execute("SELECT action FROM operator_log").fetchall()
    assert logged == [("notice-publish",)] * may


def test_an_attempt_that_published_nothing_is_logged_too(
    olga: Operator, tmp_path: Path, document: dict[str, Any], superuser: psycopg.Connection
) -> None:
    publish(olga, tmp_path, document)
    assert publish(olga, tmp_path, document).code == 1
    assert superuser.execute("SELECT count(*) FROM operator_log").fetchone() == (2,)


def test_without_a_notice_show_says_how_to_begin(nabij: Command) -> None:
    done = nabij("notice", "show", "--json")
    assert done.code == 1
    assert "--starter" in done.json["error"]


def test_the_number_in_the_file_does_not_count(
    nabij: Command, olga: Operator, tmp_path: Path, document: dict[str, Any]
) -> None:
    done = publish(olga, tmp_path, document | {"version": 7, "material_since": 5})
    assert (done.json["version"], done.json["material_since"]) == (1, 1)
    done = publish(olga, tmp_path, document | {"grant_days": 30})
    assert (done.json["version"], done.json["material_since"]) == (2, 2)
    shown = nabij("notice", "show", "--json").json
    assert (shown["version"], shown["grant_days"]) == (2, 30)


def test_who_changes_only_words_says_whether_that_matters(
    nabij: Command, olga: Operator, tmp_path: Path, document: dict[str, Any]
) -> None:
    publish(olga, tmp_path, document)
    document["body"]["en"] = "Other words."
    done = publish(olga, tmp_path, document)
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "editorial" in done.json["error"]
    assert nabij("notice", "show", "--json").json["version"] == 1
    said = [publish(olga, tmp_path, document, word).json for word in ("--editorial", "--material")]
    assert [(each["version"], each["material_since"]) for each in said] == [(2, 1), (3, 3)]


def test_other_terms_cannot_be_called_editorial(
    nabij: Command, olga: Operator, tmp_path: Path, document: dict[str, Any]
) -> None:
    publish(olga, tmp_path, document)
    done = publish(olga, tmp_path, document | {"grant_days": 30}, "--editorial")
    assert (done.code, list(done.json)) == (1, ["error"])
    assert nabij("notice", "show", "--json").json["version"] == 1


def test_publishing_tells_what_happens_to_who_agreed_before(
    olga: Operator, tmp_path: Path, document: dict[str, Any]
) -> None:
    file = str(written(tmp_path, document))
    assert "can be asked now" in olga.told("notice", "publish", file)
    assert "version 1 stands" in olga.told("notice", "publish", file, "--editorial")
    assert "asked anew" in olga.told("notice", "publish", file, "--material")


@pytest.mark.parametrize(
    "malformed",
    [[], {}, {"version": 1}, {**STARTER, "surprise": "a-word-of-its-own"}],
    ids=["a list", "empty", "incomplete", "unknown member"],
)
def test_a_malformed_notice_is_refused(olga: Operator, tmp_path: Path, malformed: object) -> None:
    done = publish(olga, tmp_path, malformed)
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "a-word-of-its-own" not in done.out + done.err


def test_a_file_that_is_no_json_is_refused(olga: Operator, tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    file.write_bytes(b"\xff\xfe not json")
    done = olga("notice", "publish", str(file))
    assert (done.code, list(done.json)) == (1, ["error"])


def test_brackets_in_a_text_are_shown_as_they_are(
    nabij: Command, olga: Operator, tmp_path: Path, document: dict[str, Any]
) -> None:
    document["body"]["en"] = "Write to [/privacy] or [bold]us[/bold]."
    publish(olga, tmp_path, document)
    assert "Write to [/privacy] or [bold]us[/bold]." in nabij("notice", "show").out


def test_a_placeholder_of_the_starter_is_refused(
    nabij: Command, olga: Operator, tmp_path: Path
) -> None:
    starter = nabij("notice", "show", "--starter", "--json").json
    done = publish(olga, tmp_path, starter)
    assert done.code == 1
    assert "example.com" in done.json["error"]


def test_what_settings_contradict_is_a_warning_and_is_published(
    olga: Operator, tmp_path: Path, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NABIJ_DUTCH_MAP", "true")
    done = publish(olga, tmp_path, {**document, "recipients": ()})
    assert (done.code, done.json["version"]) == (0, 1)
    assert "Warning: The Dutch map is on" in done.err


def test_the_starter_prints_how_long_backups_are_kept(
    nabij: Command, olga: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NABIJ_BACKUP_DAYS", "90")
    document = filled(nabij("notice", "show", "--starter", "--json").json)
    remains = {each["records"]: each for each in document["statement"]["remains"]}
    assert "90 dagen" in remains["erasures"]["what"]["nl"]
    assert publish(olga, tmp_path, document).code == 0
    monkeypatch.setenv("NABIJ_BACKUP_DAYS", "30")
    assert "erasures, backups" in publish(olga, tmp_path, document).json["error"]

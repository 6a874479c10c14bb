"""``nabij notice``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nabij_backend.notices.starter import STARTER_NOTICE
from nabij_consent import notice_digest, notice_document
from tests.backend.cli.commands import Done
from tests.backend.cli.conftest import Command

STARTER: Mapping[str, object] = notice_document(STARTER_NOTICE)


@pytest.fixture
def document(nabij: Command) -> dict[str, Any]:
    """The notice to begin from."""
    return nabij("notice", "show", "--starter", "--json").json


def publish(nabij: Command, folder: Path, document: object) -> Done:
    file = folder / "notice.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return nabij("notice", "publish", str(file), "--json")


def test_the_starter_can_be_published_and_is_shown_then(
    nabij: Command, tmp_path: Path, document: dict[str, Any]
) -> None:
    done = publish(nabij, tmp_path, document)
    assert (done.code, done.json) == (0, {"version": 1, "digest": notice_digest(STARTER_NOTICE)})
    assert nabij("notice", "show", "--json").json == document
    assert notice_digest(STARTER_NOTICE) in nabij("notice", "show").out


def test_without_a_notice_show_says_how_to_begin(nabij: Command) -> None:
    done = nabij("notice", "show", "--json")
    assert done.code == 1
    assert "--starter" in done.json["error"]


@pytest.mark.parametrize("version", [1, 3])
def test_only_the_next_version_is_published(
    nabij: Command, tmp_path: Path, document: dict[str, Any], version: int
) -> None:
    publish(nabij, tmp_path, document)
    done = publish(nabij, tmp_path, document | {"version": version})
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "nabij notice show" in done.json["error"]
    assert nabij("notice", "show", "--json").json == document


def test_the_next_version_takes_the_place_of_the_first(
    nabij: Command, tmp_path: Path, document: dict[str, Any]
) -> None:
    publish(nabij, tmp_path, document)
    assert publish(nabij, tmp_path, document | {"version": 2}).code == 0
    assert nabij("notice", "show", "--json").json["version"] == 2


@pytest.mark.parametrize(
    "malformed",
    [[], {}, {"version": 1}, {**STARTER, "surprise": "a-word-of-its-own"}],
    ids=["a list", "empty", "incomplete", "unknown member"],
)
def test_a_malformed_notice_is_refused(nabij: Command, tmp_path: Path, malformed: object) -> None:
    done = publish(nabij, tmp_path, malformed)
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "a-word-of-its-own" not in done.out + done.err


def test_a_file_that_is_no_json_is_refused(nabij: Command, tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    file.write_bytes(b"\xff\xfe not json")
    done = nabij("notice", "publish", str(file), "--json")
    assert (done.code, list(done.json)) == (1, ["error"])


def test_brackets_in_a_text_are_shown_as_they_are(
    nabij: Command, tmp_path: Path, document: dict[str, Any]
) -> None:
    document["body"]["en"] = "Write to [/privacy] or [bold]us[/bold]."
    publish(nabij, tmp_path, document)
    assert "Write to [/privacy] or [bold]us[/bold]." in nabij("notice", "show").out

"""What `make check` finds."""

import json
from pathlib import Path
from typing import Any

import pytest

from nabij_backend.http.problems import MEDIA_TYPE
from nabij_dev import devtools

_WELL = ("2", "3")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The description of the service, made without a database and without settings."""
    return json.loads(devtools.openapi_text())


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for path in document["paths"].values() for each in path.values()]


def test_the_description_that_is_checked_in_is_the_service_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert devtools.main(["check-openapi"]) == 0


def test_another_description_is_shown_line_by_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert devtools.main(["check-openapi"]) == 1
    assert devtools.main(["write-openapi"]) == 0
    assert devtools.main(["check-openapi"]) == 0
    written = Path("openapi.json")
    written.write_text(written.read_text(encoding="utf-8").replace("Nabij", "Verweg"))
    capsys.readouterr()
    assert devtools.main(["check-openapi"]) == 1
    told = capsys.readouterr().err
    assert '-    "title": "Verweg"' in told
    assert '+    "title": "Nabij"' in told
    assert "make openapi" in told


def test_the_periods_in_the_data_model_are_those_that_rows_are_kept_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.chdir(root)
    assert devtools.main(["check-periods"]) == 0
    (tmp_path / "docs").mkdir()
    copy = tmp_path / "docs" / "data-model.md"
    text = (root / "docs" / "data-model.md").read_text("utf-8")
    copy.write_text(text.replace("| 400 days |", "| 500 days |"), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert devtools.main(["check-periods"]) == 1
    assert "500 days" in capsys.readouterr().err
    assert devtools.main(["write-periods"]) == 0
    assert copy.read_text("utf-8") == text


def test_the_migrations_make_the_tables_of_the_code() -> None:
    assert devtools.main(["check-schema"]) == 0


def test_a_word_that_is_no_command_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert devtools.main(["fly"]) == 2
    assert "check-openapi" in capsys.readouterr().err


def test_every_failure_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for status, response in operation["responses"].items():
            if not status.startswith(_WELL) and operation["operationId"] != "ready":
                assert list(response["content"]) == [MEDIA_TYPE], operation["operationId"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_operation_with_a_body_or_a_token_says_how_they_are_refused(
    document: dict[str, Any],
) -> None:
    for operation in operations(document):
        told = set(operation["responses"])
        assert "security" not in operation or {"401", "503"} <= told
        assert "requestBody" not in operation or {"400", "413", "415", "422"} <= told
        assert "parameters" not in operation or "422" in told


def test_operations_are_called_by_their_names(document: dict[str, Any]) -> None:
    names = [each["operationId"] for each in operations(document)]
    assert len(set(names)) == len(names)
    assert {"current_notice", "answer_notice", "withdraw", "report_status"} < set(names)
    assert document["openapi"].startswith("3.1")


def test_geojson_is_described_as_geojson(document: dict[str, Any]) -> None:
    for path in ("/v1/cells/{code}/sources", "/v1/me/nearby"):
        answer = document["paths"][path]["get"]["responses"]["200"]
        assert list(answer["content"]) == ["application/geo+json"]

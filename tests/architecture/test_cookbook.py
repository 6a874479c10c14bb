"""CONTRIBUTING names files that exist, and whoever writes to us is told to leave people out."""

import re

from tests.architecture.workspace import DISTRIBUTIONS, ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_each_file_of_the_cookbook_is_there() -> None:
    cookbook = TEXT.split("## Cookbook")[1].split("\n## ")[0]
    named = re.findall(r"`((?:backend|sdk|docs|deploy|tests)/[\w./-]+)`", cookbook)
    assert len(named) > 20
    assert [each for each in named if "NNNN" not in each and not (ROOT / each).exists()] == []


def test_the_path_of_a_newcomer_is_short() -> None:
    first = TEXT.split("read in this order: ")[1].split(" None of these")[0]
    named = re.findall(r"[(`](README\.md|docs/architecture\.md|[a-z]+/[\w./]+)[)`]", first)
    assert len(named) == 6
    paths = [ROOT / each for each in named]
    files = [file for path in paths for file in ([path] if path.is_file() else path.glob("*.py"))]
    assert len(files) > 8
    lengths = {each.name: len(each.read_text(encoding="utf-8").splitlines()) for each in files}
    assert {name: length for name, length in lengths.items() if length > 150} == {}


def test_each_decision_has_a_date_a_status_and_alternatives() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert len(decisions) > 30
    for each in decisions:
        text = each.read_text(encoding="utf-8")
        status = r"^\*Status: (accepted|superseded).*, \d{4}-\d\d-\d\d\."
        assert re.search(status, text, re.MULTILINE), each.name
        assert "**Alternatives.**" in text, each.name
        assert f"]({each.name})" in index


def test_a_release_is_built_from_all_distributions() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ndist:")[1]
    (folders,) = re.findall(r"for folder in (.+); do", recipe)
    assert folders.split() == [each.folder for each in DISTRIBUTIONS]


def test_templates_begin_by_forbidding_personal_data() -> None:
    templates = [*(ROOT / ".github").rglob("*.md")]
    assert len(templates) == 3
    for each in templates:
        text = each.read_text(encoding="utf-8")
        body = text.split("---\n")[2] if text.startswith("---\n") else text
        assert body.startswith("**No personal data: ")

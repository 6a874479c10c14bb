"""CONTRIBUTING names files that exist, and whoever writes to us is told to leave people out."""

import re

from tests.architecture.workspace import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_each_file_of_the_cookbook_is_there() -> None:
    cookbook = TEXT.split("## Cookbook")[1].split("\n## ")[0]
    named = re.findall(r"`((?:backend|sdk|docs|deploy|tests)/[\w./-]+)`", cookbook)
    assert len(named) > 20
    assert [each for each in named if "NNNN" not in each and not (ROOT / each).exists()] == []


def test_templates_begin_by_forbidding_personal_data() -> None:
    templates = [*(ROOT / ".github").rglob("*.md")]
    assert len(templates) == 3
    for each in templates:
        text = each.read_text(encoding="utf-8")
        body = text.split("---\n")[2] if text.startswith("---\n") else text
        assert body.startswith("**No personal data: ")

"""CONTRIBUTING names files that exist."""

import re

from tests.architecture.workspace import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_each_file_of_the_cookbook_is_there() -> None:
    cookbook = TEXT.split("## Cookbook")[1].split("\n## ")[0]
    named = re.findall(r"`((?:backend|sdk|docs|deploy|tests)/[\w./-]+)`", cookbook)
    assert len(named) > 20
    assert [each for each in named if "NNNN" not in each and not (ROOT / each).exists()] == []

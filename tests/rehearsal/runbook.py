"""The commands of docs/runbook.md, as they stand there."""

import re
from typing import Final

from tests.architecture.workspace import ROOT

_RUNBOOK: Final = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
_BLOCK: Final = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SECTIONS: Final = tuple(re.findall(r"^## (.*)$", _RUNBOOK, re.MULTILINE))


def commands(section: str) -> list[str]:
    """Each command of a section, in order.

    Raises:
        KeyError: there is no such section.
    """
    parts = re.split(r"^## (.*)$", _RUNBOOK, flags=re.MULTILINE)
    text = dict(zip(parts[1::2], parts[2::2], strict=True))[section]
    return [line for block in _BLOCK.findall(text) for line in block.splitlines()]

"""What ``@nabij/web`` answers, run by Node without a browser."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_NODE = Path(sys.executable).with_name("node")
_ANSWERS = Path(__file__).with_name("answers.ts")


def answer(name: str, given: object) -> Any:  # noqa: ANN401 - as JSON has it
    """What the TypeScript answers under this name of ``answers.ts``."""
    question = json.dumps({"name": name, "input": given})
    told = subprocess.run(
        [_NODE, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", _ANSWERS],
        input=question,
        text=True,
        capture_output=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)

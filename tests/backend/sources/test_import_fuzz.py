"""The fuzzer of the reader; ``NABIJ_FUZZ_RUNS`` asks for more inputs than usual."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RUNS = os.environ.get("NABIJ_FUZZ_RUNS", "300")


@pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine != "x86_64", reason="atheris has no wheel here"
)
def test_no_input_of_the_fuzzer_ends_in_another_error_than_a_refusal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.backend.sources.fuzz_reader", str(tmp_path)]
    done = subprocess.run(
        [*command, f"-runs={RUNS}", "-max_len=4096"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60 + int(RUNS),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    assert f"Done {RUNS} runs" in done.stderr
    assert not list(tmp_path.glob("crash-*"))

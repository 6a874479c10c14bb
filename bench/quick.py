"""A look, in under a minute, for what became much slower: a sleep, a lost cache, a lost index.

Each goal is half of what was measured when it was written, so that a busy machine does not fail it;
what it looks for costs a multiple.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bench import personal, public
from bench.contest import Effort
from bench.installation import PROGRAM, Installation, installed
from bench.measure import Comparison
from bench.servers import serving

_SOURCES: Final = 20_000
# One connection: a wait shows, which many would wait together.
_EFFORT: Final = Effort(rounds=3, seconds=1.0, connections=1)


def run(
    program: Sequence[str] = (PROGRAM,), spoil: Callable[[Installation], None] | None = None
) -> list[Comparison]:
    """Compare a warm square, a cold one and a report.

    Args:
        program: what stands for `nabij`.
        spoil: is done to the installation once it is served.
    """
    with installed(_SOURCES, durable=False) as here, serving(here, program) as ours:
        if spoil is not None:
            spoil(here)
        return [*public.quick(here, ours, _EFFORT), *personal.quick(here, ours, _EFFORT)]

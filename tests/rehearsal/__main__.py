"""``make rehearse-restore``: loses a database, puts its backup back, and prints what came of it."""

import sys
import time

from tests.rehearsal.run import Outcome, run

_WIDTH = 45


def main() -> int:
    """Rehearse, print what was found, and return 1 if anything is not as promised."""
    begun = time.monotonic()

    def say(step: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {step}", file=sys.stderr)

    outcome = run(say)
    print(table(outcome))
    return 0 if outcome.is_good else 1


def table(outcome: Outcome) -> str:
    """A row for each thing that was looked at."""
    lines: list[str] = []
    for part, rows in outcome.parts.items():
        lines += ["", part]
        for row in rows:
            mark = "✓" if row.is_good else "✗"
            gap = "\n" + " " * (_WIDTH + 5) if len(row.what) > _WIDTH and row.told else " "
            lines.append(f"  {mark} {row.what:<{_WIDTH}}{gap}{row.told}".rstrip())
    return "\n".join(lines[1:])


if __name__ == "__main__":
    sys.exit(main())

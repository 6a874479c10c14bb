"""``make rehearse-restore`` and ``make rehearse-upgrade``: print what came of it.

``python -m tests.rehearsal restore`` loses a database and puts its backup back;
``python -m tests.rehearsal upgrade [REVISION…]`` upgrades every earlier release, or these.
"""

import sys
import time
from collections.abc import Sequence

from tests.rehearsal.releases import earlier_releases
from tests.rehearsal.run import Outcome, run
from tests.rehearsal.upgrade import RECEIPTS_SINCE, Upgraded, upgrade

_WIDTH = 45


def main(what: str, *revisions: str) -> int:
    """Rehearse, print what was found, and return 1 if anything is not as promised."""
    return {"restore": _restore, "upgrade": _upgrade}[what](revisions)


def _restore(_: Sequence[str]) -> int:
    begun = time.monotonic()

    def say(step: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {step}", file=sys.stderr)

    outcome = run(say)
    print(table(outcome))
    return 0 if outcome.is_good else 1


def _upgrade(revisions: Sequence[str]) -> int:
    is_good = True
    for release in earlier_releases():
        if release.revision in revisions or (not revisions and release.revision >= RECEIPTS_SINCE):
            outcome = upgrade(release)
            print(sentence(outcome), flush=True)
            is_good &= outcome.is_good
    return 0 if is_good else 1


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


def sentence(outcome: Upgraded) -> str:
    """How an upgrade went, on a line."""
    return (
        f"{'✓' if outcome.is_good else '✗'} {outcome.revision} "
        f"{'one host after the other' if outcome.is_rolling else 'all hosts at once':<24}  "
        f"{outcome.lost} of {outcome.acts} acts lost, "
        f"{outcome.retried} of {outcome.requests} requests asked again, "
        f"{outcome.told_anew} reports told anew; "
        f"longest answer {outcome.answer_s:.1f} s, table locked {outcome.held_s * 1000:.0f} ms, "
        f"waited for {outcome.waited_s * 1000:.0f} ms"
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

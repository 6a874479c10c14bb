"""``make canary``: plants values everywhere, searches for them everywhere, and prints a table."""

import sys
import time

from tests.canary.run import Outcome, run
from tests.web.browser import missing, open_eyes

_ROW = "{:<24}{:>8}{:>12}{:>9}{:>7}  {}"


def main() -> int:
    """Run, print what was found, and return 1 if anything may not be where it is."""
    if reason := missing():
        print(reason, file=sys.stderr)
        return 1
    begun = time.monotonic()

    def say(step: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {step}", file=sys.stderr)

    with open_eyes() as eyes:
        outcome = run(eyes, say)
    print(table(outcome))
    return 0 if outcome.is_good else 1


def table(outcome: Outcome) -> str:
    """What was planted, and a row for each place that was searched."""
    values = sum(len(each.canaries.made) for each in outcome.planted)
    lines = [f"{values:,} values planted", ""]
    lines.append(_ROW.format("place", "files", "bytes", "allowed", "hits", "leak on purpose"))
    for name, each in outcome.places.items():
        hits = sum(each.hits.values())
        control = "found" if each.control else "NOT FOUND: this search is blind"
        sizes = f"{len(each.sizes):,}", f"{sum(each.sizes):,}"
        lines.append(_ROW.format(name, *sizes, each.allowed, hits, control))
        lines += [f"    {count} of {what}" for what, count in each.hits.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

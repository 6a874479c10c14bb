"""May the customer be asked by a prompt, which they did not open themselves?

Rules:

1. what is permitted now is not asked for again;
2. a no stays a no for 183 days, a refusal and a withdrawal alike, unless the notice changed
   materially since: then it is another question;
3. anything else is open: never asked, put off, expired, or agreed to under terms that changed.

A page of settings is no prompt: there a customer may say yes on any day.

Sources: EDPB Guidelines 03/2022 on deceptive design patterns ("continuous prompting"); CNIL,
Délibération 2020-092, which calls six months good practice for keeping a choice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nabij_consent.events import EventKind
from nabij_consent.notices import Notice

NO_STANDS_FOR: Final = timedelta(days=183)
_NO: Final = frozenset({EventKind.REFUSED, EventKind.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class LatestAct:
    """The customer's latest act about a signal: of which kind, under which notice, and when."""

    kind: EventKind
    notice_version: int
    recorded_at: datetime


def may_prompt(*, permitted: bool, latest: LatestAct | None, notice: Notice, now: datetime) -> bool:
    """Return whether a prompt may ask for a signal.

    ``permitted`` says whether it may be collected now.
    """
    if permitted:
        return False
    if latest is None or latest.kind not in _NO or not notice.accepts(latest.notice_version):
        return True
    return now - latest.recorded_at >= NO_STANDS_FOR

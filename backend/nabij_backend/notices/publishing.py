"""Requirements of a notice that is to be published.

Rules:

1. it has a statement and names fields: one of before those is readable, and cannot be published;
2. it has no placeholder left: an address of ``example.com`` answers nobody (RFC 2606);
3. it promises the times that records are kept, and names the fields that are stored, no more and no
   fewer; what is left after an erasure is bounded as the settings say;
4. what no program can know for sure is a warning: recipients that settings make likely, and
   sentences that do not name the number of days beside them.
"""

import json
import re
from collections.abc import Iterator

from nabij_backend.settings import Settings
from nabij_backend.tables.columns import columns_of
from nabij_backend.tables.retention import RETENTION, remaining
from nabij_consent import (
    EEA,
    InvalidNotice,
    Notice,
    NoticeRemainder,
    NoticeRetention,
    RecordDetails,
    SignalDetails,
    Texts,
    notice_document,
)

_PLACEHOLDER = re.compile(r"\bexample\.(?:com|net|org)\b", re.IGNORECASE)
_TAKE_FROM_STARTER = "of `nabij notice show --starter --json`; its sentences may be your own."
# The logs of servers are the operator's to bound, and say.
_OUR_REMAINS = frozenset({"log-leaves", "erasures", "backups"})
_KEPT = tuple(kept.as_shown() for kept in RETENTION)


def require_publishable(notice: Notice, backup_days: int) -> None:
    """Refuse a notice that says less than Articles 13 and 15 ask, or other than is done.

    Raises:
        InvalidNotice: it does; the message names our records and fields, and nothing of the notice.
    """
    if notice.statement is None:
        raise InvalidNotice(
            "The notice lacks its statement and the names of fields. Take them from "
            "`nabij notice show --starter --json`, and write your own sentences."
        )
    if _PLACEHOLDER.search(json.dumps(notice_document(notice))):
        raise InvalidNotice("The notice still has an address of example.com. Write your own there.")
    _require_same_times("records", "retention", notice.retention, _KEPT)
    ours = tuple(each for each in notice.statement.remains if each.records in _OUR_REMAINS)
    declared = tuple(each for each in remaining(backup_days) if each.records in _OUR_REMAINS)
    _require_same_times("what remains", "statement.remains", ours, declared)
    if not any(each.records == "logs" for each in notice.statement.remains):
        raise InvalidNotice(
            "Say in `statement.remains` how long your servers' logs are kept, as `logs`."
        )
    if any(each.country not in EEA and each.safeguard is None for each in notice.recipients):
        raise InvalidNotice(
            "A recipient outside the European Economic Area needs a `safeguard` in nl and en: "
            "what protects the data there (GDPR, Articles 45 and 46)."
        )
    _require_fields(notice)


def contradictions(notice: Notice, settings: Settings) -> Iterator[str]:
    """List what the notice leaves out of the settings, or says against its own numbers."""
    if settings.identity == "firebase" and not _names_recipient(notice, "Google", "Firebase"):
        yield (
            "Firebase signs customers in and wakes their devices, so Google gets data of theirs. "
            "The notice does not name Google as a recipient."
        )
    if settings.dutch_map and not _names_recipient(notice, "PDOK", "Kadaster"):
        yield (
            "The Dutch map is on, so PDOK sees customers' IP addresses and which area they look "
            "at. The notice does not name PDOK as a recipient."
        )
    for what, days, texts in _promised(notice):
        for locale, text in texts.items():
            if days is not None and not re.search(rf"(?<!\d){days}(?!\d)", text):
                yield f"The sentence about {what} ({locale}) does not name its {days} days."


def _names_recipient(notice: Notice, *names: str) -> bool:
    told = " ".join(each.name for each in notice.recipients).casefold()
    return any(name.casefold() in told for name in names)


def _promised(notice: Notice) -> Iterator[tuple[str, int | None, Texts]]:
    """Yield each number of days, and the sentence that says it to customers."""
    for _, terms in notice.asks():
        if terms.details is not None:
            yield f"how long {terms.signal} is kept", terms.retention_days, terms.details.kept
    for each in notice.retention:
        yield each.records, each.days, each.what
    if notice.statement is not None:
        yield "how long a yes lasts", notice.grant_days, notice.statement.lasts
        for each in notice.statement.remains:
            yield each.records, each.days, each.what


def _require_same_times(
    what: str,
    where: str,
    promised: tuple[NoticeRetention | NoticeRemainder, ...],
    kept: tuple[NoticeRetention | NoticeRemainder, ...],
) -> None:
    says = {each.records: each.days for each in promised}
    does = {each.records: each.days for each in kept}
    if says == does:
        return
    other = [name for name in does if (name in says, says.get(name)) != (True, does[name])]
    which = f" about {', '.join(other)}" if other else f", about {what} that nobody keeps"
    raise InvalidNotice(
        f"The notice promises other times than are kept{which}. Take the part `{where}` "
        f"{_TAKE_FROM_STARTER}"
    )


def _require_fields(notice: Notice) -> None:
    for _, terms in notice.asks():
        _require_names(terms.signal, terms.details, _stored(f"{terms.signal}_status"))
    tables = {kept.records: kept.tables for kept in RETENTION}
    for each in notice.retention:
        _require_names(each.records, each.details, _stored(*tables[each.records]))


def _stored(*tables: str) -> frozenset[str]:
    return frozenset(name for table in tables for name in columns_of(table))


def _require_names(
    record: str, details: SignalDetails | RecordDetails | None, stored: frozenset[str]
) -> None:
    named = frozenset(each.name for each in details.fields) if details else frozenset[str]()
    if missing := stored - named:
        raise InvalidNotice(
            f"The notice does not name what is stored of {record}: {', '.join(sorted(missing))}. "
            f"Take its `fields` {_TAKE_FROM_STARTER}"
        )
    if named - stored:
        raise InvalidNotice(
            f"The notice names what is not stored of {record}. Take its `fields` "
            f"{_TAKE_FROM_STARTER}"
        )

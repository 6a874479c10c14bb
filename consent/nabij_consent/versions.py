"""From one version of a notice to the next: when must customers be asked anew?

Rules, after EDPB Guidelines 05/2020, paragraph 110 (where processing changes considerably, the
original consent is no longer valid and new consent is needed):

1. the first notice is material: nobody agreed to anything before it;
2. other terms are material, and nobody can call them editorial: what is read, how precisely, for
   what, which fields are stored and on which legal basis, how long anything is kept or left, how
   long consent lasts, who answers for it and who gets it. A notice that named no fields said
   nothing of them, so the first one that does is material;
3. other words can be either; a person must say which, for no program can tell.
"""

from dataclasses import replace

from nabij_consent.errors import InvalidNotice
from nabij_consent.notices import Notice, RecordDetails, SignalDetails


def has_other_terms(old: Notice, new: Notice) -> bool:
    """Return whether more than words differ, in whichever order they are listed."""
    return _terms(old) != _terms(new)


def next_version(current: Notice | None, draft: Notice, *, material: bool | None) -> Notice:
    """``draft`` with the number that follows ``current``, and the last material version.

    ``material`` None: material where the terms differ.

    Raises:
        InvalidNotice: the change is called editorial and is not, or nobody says what it is.
    """
    if current is None:
        return replace(draft, version=1, material_since=1)
    version = current.version + 1
    is_material = _is_material(has_other_terms(current, draft), material)
    since = version if is_material else current.material_since
    return replace(draft, version=version, material_since=since)


def _is_material(other_terms: bool, claimed: bool | None) -> bool:  # noqa: FBT001 - two answers
    if other_terms and claimed is False:
        raise InvalidNotice(
            "More than words differ from the current notice, so this change is material: "
            "customers must be asked anew."
        )
    if not other_terms and claimed is None:
        raise InvalidNotice(
            "Only words differ from the current notice. Say whether the change is material "
            "(customers are asked anew) or editorial (what they agreed to stands)."
        )
    return other_terms or bool(claimed)


def _terms(notice: Notice) -> object:
    asks = {
        (purpose, terms.signal): (terms.resolution_m, terms.retention_days, _names(terms.details))
        for purpose, terms in notice.asks()
    }
    recipients = {
        (each.name, each.country): (each.role, each.processor) for each in notice.recipients
    }
    kept = {
        each.records: (each.days, each.details and each.details.basis, _names(each.details))
        for each in notice.retention
    }
    left = notice.statement and {each.records: each.days for each in notice.statement.remains}
    return asks, recipients, kept, left, notice.grant_days, notice.controller.name


def _names(details: SignalDetails | RecordDetails | None) -> frozenset[str]:
    return frozenset(each.name for each in details.fields) if details else frozenset()

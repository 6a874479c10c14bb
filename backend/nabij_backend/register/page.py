"""The record of processing activities as Markdown."""

from collections.abc import Iterable, Mapping
from typing import Any

_NOBODY = "Nobody."
_NOWHERE = "None: nobody outside the European Economic Area gets the data."


def markdown(record: Mapping[str, Any]) -> str:
    """Return the record, a heading for each member of Article 30(1)."""
    parts = [
        "# Record of processing activities",
        f"Article 30(1) of the GDPR. Made from version {record['notice_version']} of the notice.",
        _part("a", "Controller", [_controller(record["controller"])]),
        _part("b", "Purposes", map(_purpose, record["purposes"])),
        _part("c", "Data subjects and personal data", _data(record)),
        _part("d", "Recipients", _people(record["recipients"], none=_NOBODY)),
        _part("e", "Transfers to third countries", _people(record["transfers"], none=_NOWHERE)),
        _part("f", "Time limits for erasure", _limits(record)),
        _part("g", "Security measures", [_list(map(_measure, record["security"]))]),
    ]
    return "\n\n".join(parts) + "\n"


def _part(letter: str, title: str, lines: Iterable[str]) -> str:
    return "\n\n".join([f"## ({letter}) {title}", *lines])


def _controller(controller: Mapping[str, str]) -> str:
    return (
        f"{controller['name']}, {controller['address']}. Contact: {controller['email']}. "
        f"Data protection officer: {controller['privacy_officer_email']}."
    )


def _purpose(purpose: Mapping[str, Any]) -> str:
    head = f"**{purpose['title']}** (`{purpose['purpose']}`), by {purpose['legal_basis']}:"
    return "\n".join([head, "", *map(_signal, purpose["signals"])])


def _signal(signal: Mapping[str, Any]) -> str:
    square = f" In squares of {signal['resolution_m']} m." if signal["resolution_m"] else ""
    return f"- {signal['signal']}: {signal['reads']}{square} {signal['why']}"


def _data(record: Mapping[str, Any]) -> Iterable[str]:
    yield f"{'; '.join(record['data_subjects'])}."
    yield _list(
        f"**{each['what']}** (`{each['table']}`). {each['why']}" for each in record["personal_data"]
    )


def _people(recipients: Iterable[Mapping[str, Any]], *, none: str) -> list[str]:
    told = list(map(_person, recipients))
    return [_list(told)] if told else [none]


def _person(recipient: Mapping[str, Any]) -> str:
    kind = ", processor" if recipient["processor"] else ""
    safeguard = "" if recipient["safeguard"] is None else f" {recipient['safeguard']}"
    return f"{recipient['name']} ({recipient['country']}{kind}): {recipient['role']}{safeguard}"


def _limits(record: Mapping[str, Any]) -> Iterable[str]:
    signals = [signal for purpose in record["purposes"] for signal in purpose["signals"]]
    yield _list(
        [
            f"Consent: {record['consent_days']} days, then it expires with what it allowed.",
            *(f"{each['signal']}: {each['days']} days after the last report." for each in signals),
            *(each["what"] for each in record["time_limits"]),
        ]
    )


def _measure(measure: Mapping[str, str]) -> str:
    return f"{measure['what']} Shown by `tests/{measure['shown_by']}`."


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)

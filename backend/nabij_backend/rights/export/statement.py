"""The privacy statement on the export page, with a heading for each part."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from nabij_backend.rights.export import words
from nabij_backend.rights.export.words import phrase
from nabij_consent import LegalBasis, Locale

Document = Mapping[str, Any]

# In the order in which people ask: what they can do, then the rest.
_SENTENCES: Final = (
    *("origin", "rights", "complaint", "obligation", "lasts", "decisions", "age", "on_device"),
)
_ROWS: Final = (
    *(("reads", "what"), ("why", "why"), ("precision", "precision"), ("often", "often")),
    ("kept", "long"),
)


def statement(notice: Document, locale: Locale, level: int) -> str:
    """Return everything that a notice says, below headings of this ``level``."""
    said = notice.get("statement", {})
    parts = [
        ("controller", _controller(notice["controller"], locale)),
        ("recipients", _recipients(notice, said, locale)),
        *((name, _paragraph(said, name, locale)) for name in _SENTENCES),
        ("withdrawal", _paragraph(notice, "withdrawal", locale)),
        ("lawful", _paragraph(said, "basis", locale)),
        ("retention", _list(_kept(each, locale) for each in notice["retention"])),
        ("remains", _list(escape(each["what"][locale]) for each in said.get("remains", []))),
    ]
    purposes = (escape(part["title"][locale]) for part in notice["purposes"])
    signals = [terms for part in notice["purposes"] for terms in part["signals"]]
    return "\n".join(
        [
            _paragraph(notice, "body", locale),
            _headed(phrase("purposes", locale), _list(purposes), level),
            *(_headed(_name(each, locale), _signal(each, locale), level) for each in signals),
            *(_headed(phrase(name, locale), told, level) for name, told in parts if told),
        ]
    )


def _headed(heading: str, told: str, level: int) -> str:
    return f"<h{level}>{heading}</h{level}>{told}"


def _name(terms: Document, locale: Locale) -> str:
    name = words.choose(words.VALUES[terms["signal"]], locale)
    return escape(name[:1].upper() + name[1:])


def _signal(terms: Document, locale: Locale) -> str:
    told = [(label, terms[name][locale]) for name, label in _ROWS if name in terms]
    if "kept" not in terms:
        told.append(("long", phrase("days", locale, days=terms["retention_days"])))
    pairs = (f"<dt>{phrase(label, locale)}</dt><dd>{escape(text)}</dd>" for label, text in told)
    return f"<dl>{''.join(pairs)}</dl>"


def _controller(controller: Document, locale: Locale) -> str:
    officer = phrase("officer", locale, email=controller["privacy_officer_email"])
    name = f"{controller['name']}, {controller['address']}. {controller['email']}"
    return f"<p>{escape(name)}<br>{escape(officer)}</p>"


def _recipients(notice: Document, said: Document, locale: Locale) -> str:
    each = (_recipient(recipient, locale) for recipient in notice["recipients"])
    return _paragraph(said, "recipients", locale) + _list(each)


def _recipient(recipient: Document, locale: Locale) -> str:
    told = f"{recipient['name']} ({recipient['country']}): {recipient['role'][locale]}"
    safeguard = recipient.get("safeguard")
    return escape(told if safeguard is None else f"{told} {safeguard[locale]}")


def _kept(kept: Document, locale: Locale) -> str:
    told = escape(kept["what"][locale])
    if "basis" not in kept:
        return told
    basis = words.choose(words.BASES[LegalBasis(kept["basis"])], locale)
    return f"{told} {phrase('basis', locale)} {basis}."


def _paragraph(said: Document, name: str, locale: Locale) -> str:
    return f"<p>{escape(said[name][locale])}</p>" if name in said else ""


def _list(lines: Iterable[str]) -> str:
    told = "".join(f"<li>{line}</li>" for line in lines)
    return f"<ul>{told}</ul>" if told else ""

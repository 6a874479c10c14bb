"""An export tells all that Articles 13 and 15 ask, as the notice does."""

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.rights.export.page import page
from nabij_backend.rights.export.schemas import Archive
from nabij_consent import Locale, notice_document
from tests.backend.notices.checklist import CHECKLIST, Row
from tests.backend.rights.people import reporting
from tests.service import Service

CONSENT = Path(__file__).parents[2] / "consent"


@pytest.fixture(scope="module")
def archives(shared_service: Service) -> dict[Locale, dict[str, Any]]:
    """Somebody's archive, in each language."""
    eva = reporting(shared_service)
    return {locale: eva.get("/v1/me/export", locale=locale).json() for locale in Locale}


def times_told(text: str, archive: dict[str, Any]) -> int:
    """How often the page has the sentence: two signals may have the same one."""
    return unescape(page(Archive.model_validate_json(json.dumps(archive)))).count(text)


@pytest.mark.parametrize("row", CHECKLIST, ids=lambda row: row.asked)
def test_the_page_tells_it_and_not_where_it_was_taken_away(
    archives: dict[Locale, dict[str, Any]], row: Row
) -> None:
    for archive in archives.values():
        text = row.text(archive["notice"], archive["locale"])
        without = json.loads(json.dumps({**archive, "notices": []}))
        row.remove(without["notice"])
        assert times_told(text, archive) > times_told(text, without)


def test_the_archive_for_programs_has_the_whole_notice(
    archives: dict[Locale, dict[str, Any]],
) -> None:
    document = json.loads(json.dumps(notice_document(STARTER_NOTICE)))
    assert [archive["notice"] for archive in archives.values()] == [document, document]


def test_a_notice_of_the_first_format_is_shown_with_what_it_says(
    archives: dict[Locale, dict[str, Any]],
) -> None:
    old = json.loads((CONSENT / "notice_of_format_1.json").read_text("utf-8"))
    archive = {**archives[Locale.NL], "notices": [old], "notice": old}
    html = unescape(page(Archive.model_validate_json(json.dumps(archive))))
    for told in (old["body"]["nl"], old["withdrawal"]["nl"], "Wij bewaren het 30 dagen."):
        assert told in html
    assert "Klagen" not in html

"""The starter notice as an operator would publish it: with addresses of their own."""

import json
from typing import Any

from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_consent import Notice, notice_document, read_notice

_OWN = "supplier.localhost"


def filled(document: object) -> Any:  # noqa: ANN401 - JSON
    """The document with an address of one's own for every placeholder."""
    return json.loads(json.dumps(document).replace("example.com", _OWN))


FILLED_NOTICE: Notice = read_notice(filled(notice_document(STARTER_NOTICE)))

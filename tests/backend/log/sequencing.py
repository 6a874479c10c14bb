"""Giving acts their places, one round at a time."""

import asyncio
from datetime import datetime

from nabij_backend import installation
from nabij_backend.db import Role, connection_as
from nabij_backend.log.sequencer import MOST_AT_ONCE, sequence_once
from nabij_backend.log.verification import check_receipt
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder
from nabij_consent import Receipt
from tests.service import Caller, Service


def sequence(settings: Settings, now: datetime, *, most: int = MOST_AT_ONCE) -> int:
    """One round of the sequencer; how many leaves it placed."""

    async def run() -> int:
        url = settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            return await sequence_once(connection, signer_of(settings), now, most=most)

    return asyncio.run(run())


def signer_of(settings: Settings) -> Signer:
    """The service's own keys."""
    return Signer.open(signing_folder(settings))


def rotate(service: Service) -> None:
    """Sign with another key, as `nabij keys rotate` does."""

    async def run() -> None:
        url = service.settings.required_database_url
        async with connection_as(Role.OWNER, url) as connection:
            signer = signer_of(service.settings)
            await installation.rotate(connection, signer, service.clock())

    asyncio.run(run())


def place(service: Service, *, most: int = MOST_AT_ONCE) -> int:
    """One round at the service's time."""
    return sequence(service.settings, service.clock(), most=most)


def receipt_of(caller: Caller, kind: str = "granted") -> str:
    """The signed receipt of an act just done."""
    answer = (
        caller.withdraw()
        if kind == "withdrawn"
        else caller.post("/v1/consents", caller.act(kind, ["gps", "wifi"]))
    )
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()["receipt"]


def read(service: Service, receipt: str) -> Receipt:
    """What a receipt says."""
    return check_receipt(receipt, signer_of(service.settings).public())

"""Checks of this host, of Google and of the proxy."""

import asyncio
import tempfile
from http import HTTPStatus
from typing import Final
from uuid import uuid4

import httpx2

from nabij_backend.cli.doctor.checks import Check, Finding, Part, Target, of
from nabij_backend.clock import utc_now
from nabij_backend.db import Database
from nabij_backend.errors import UserError
from nabij_backend.google import Outage
from nabij_backend.identity.keys import identity_key, installation_of
from nabij_backend.identity.loopback import is_loopback
from nabij_backend.identity.providers import open_provider
from nabij_backend.metrics import Metrics
from nabij_backend.public_url import is_reachable
from nabij_backend.push.service import push_sender
from nabij_backend.rights.erasure.ledger import ledger_file, require_usable
from nabij_backend.settings import Settings
from nabij_backend.signing import InvalidSignature, Signer, read_jwks, signing_folder

_PROXY_WAIT_S: Final = 5.0


class NothingBehindTheProxy(UserError):
    """The proxy answers at NABIJ_PUBLIC_URL, and does not reach this service.

    Start `nabij serve`, and let the proxy pass requests on to the address and port that it prints.
    """


class OtherName(UserError):
    """The proxy names another host than NABIJ_PUBLIC_URL does, and the service answers to no other.

    Let it pass on the `Host` that it was sent, or name what it sends in NABIJ_HOSTS.
    """


class OtherService(UserError):
    """Another service answers at NABIJ_PUBLIC_URL: its keys are not these.

    Let the proxy pass requests on to this one, or correct NABIJ_PUBLIC_URL.
    """


def _is_reached(target: Target) -> bool:
    settings = target.settings
    return is_reachable(settings) or (settings.identity == "local" and is_loopback(settings.host))


def _identity_works(target: Target) -> bool:
    from nabij_backend.app import open_parts  # noqa: PLC0415 - FastAPI takes a second to load

    database = Database(target.settings, new_id=uuid4)
    open_parts(target.settings, database, Metrics()).close()
    return True


def _takes_erasures(target: Target) -> bool:
    settings = target.settings
    known = None if target.part is Part.WORKER else installation_of(identity_key(settings))
    require_usable(ledger_file(settings), known)
    return True


def _keeps_checkpoints(target: Target) -> bool:
    with tempfile.TemporaryFile(dir=signing_folder(target.settings)) as probe:
        probe.write(b"a checkpoint")
        probe.flush()
    return True


def _is_behind_a_proxy(target: Target) -> bool:
    settings = target.settings
    if not is_reachable(settings):
        return True  # customers on this machine alone reach it without one
    address = f"{settings.public_url.rstrip('/')}/.well-known/jwks.json"
    try:
        answer = httpx2.get(address, timeout=_PROXY_WAIT_S)
    except httpx2.HTTPError:
        return False
    if answer.status_code == HTTPStatus.MISDIRECTED_REQUEST:
        raise OtherName
    if not answer.is_success:
        raise NothingBehindTheProxy
    ours = Signer.open(signing_folder(settings)).public()
    try:
        theirs = read_jwks(answer.content)
    except InvalidSignature as error:
        raise OtherService from error
    if theirs.by_id.keys() != ours.by_id.keys():
        raise OtherService
    return True


ADDRESS: Final = Check(
    "receipts name an address that customers reach",
    _is_reached,
    "Set NABIJ_PUBLIC_URL to the https address that they use.",
)

IDENTITY: Final = Check(
    "identity is set up",
    _identity_works,
    "Set NABIJ_IDENTITY and what it needs.",
    of(Part.SERVE, Part.OPERATOR),
)

LEDGER: Final = Check(
    "the ledger of erasures takes a line",
    _takes_erasures,
    "Give its disk space and its file to this user, or set NABIJ_ERASURE_LEDGER.",
)

CHECKPOINTS: Final = Check(
    "the newest checkpoint can be kept",
    _keeps_checkpoints,
    "Give the disk of NABIJ_SIGNING_KEYS space, and the folder to this user.",
    of(Part.WORKER, Part.OPERATOR),
)

PROXY: Final = Check(
    "the proxy passes requests on as they came",
    _is_behind_a_proxy,
    "Nothing answers at NABIJ_PUBLIC_URL by TLS with a certificate that counts: start the proxy, "
    "or correct NABIJ_PUBLIC_URL.",
    of(Part.SERVE),
)

_CERTIFICATES = "Google's certificates are in reach"
_ACCOUNTS = "Google answers for accounts of the project"
_PUSH = "push messages can be sent"


def google(target: Target) -> list[Finding]:
    """Return what Google answers to this part, and what to do where it does not."""
    if target.settings.identity != "firebase":
        return []
    outages = asyncio.run(_ask_google(target))
    return [
        Finding(what, well=outage is None, advice="" if outage is None else outage.advice)
        for what, outage in outages.items()
    ]


def _log_nothing(_outage: Outage) -> None:
    """Take an outage that the findings tell of."""


async def _ask_google(target: Target) -> dict[str, Outage | None]:
    found: dict[str, Outage | None] = {}
    if target.part is not Part.WORKER:
        found |= await _identity(target.settings)
    sender = push_sender(target.settings, _log_nothing)
    if sender is not None and target.part is not Part.SERVE:
        found[_PUSH] = await sender.look()
        await asyncio.to_thread(sender.close)
    return found


async def _identity(settings: Settings) -> dict[str, Outage | None]:
    identity = open_provider(settings, _log_nothing)
    found = await identity.look(utc_now())
    await asyncio.to_thread(identity.close)
    return {
        _CERTIFICATES: next((each for each in found if each is Outage.CERTIFICATES), None),
        _ACCOUNTS: next((each for each in found if each is not Outage.CERTIFICATES), None),
    }

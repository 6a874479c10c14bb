"""Keys of this installation, as the database and this host know them.

Rules:

1. `nabij keys init` alone makes keys; a private cluster is begun with its own. Nothing replaces a
   key that is missing;
2. the database knows each key by a fingerprint: the signing keys by their thumbprints (RFC 7638),
   the identity key by an HMAC. So a folder or a setting of another installation is refused;
3. whoever serves or works signs with a key that the database knows, and that was not retired more
   than five minutes ago on another host;
4. they hold the public half of every key that ever signed, so that all that was signed is verified;
5. where the private halves are lost, another key begins, and only where somebody says so.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from nabij_backend import sql
from nabij_backend.db import Connection, Cursor, Role, connection_as
from nabij_backend.errors import NotAdmitted
from nabij_backend.identity import IdentityMisconfigured
from nabij_backend.identity.keys import identity_key, installation_of, made_identity_key
from nabij_backend.log import repository as log
from nabij_backend.log.documents import read_checkpoint
from nabij_backend.log.known import KnownLog
from nabij_backend.settings import Settings
from nabij_backend.signing import InvalidSignature, PublicKeys, Signer, signing_folder

_SQL = sql.load("installation")


class WrongKeys(NotAdmitted):
    """The signing keys of this host are another installation's, so nothing is signed.

    Put the folder of NABIJ_SIGNING_KEYS back from a backup, or copy it from another host.
    """

    event: ClassVar[str] = "wrong keys"


class NoKeysYet(WrongKeys):
    """The database knows no keys of this installation yet.

    Run `nabij keys init` once, with the login that migrates.
    """


class NotKnown(WrongKeys):
    """The database does not know the key that signs here: a backup from before it was restored.

    Run `nabij restore-check`.
    """


class RetiredKey(WrongKeys):
    """The signing key of this host was retired on another one.

    Copy the folder of NABIJ_SIGNING_KEYS from there.
    """


class MissingPublicKeys(WrongKeys):
    """The folder of signing keys lacks the public half of a key that signed before.

    Add it with `nabij keys add FILE`: anybody who saved /.well-known/jwks.json has it.
    """


class LostKeys(WrongKeys):
    """The database knows signing keys, and this folder has none that signs.

    Put the folder back from a backup, or copy it from another host. Where the private half is lost
    for good, run `nabij keys init --lost`: another key signs from then on.
    """


class OtherIdentityKey(WrongKeys):
    """NABIJ_IDENTITY_KEY is not the one of this database: everybody would be a stranger.

    Set it to the one that was used before; a backup of your secrets has it.
    """


class UnknownPublicKey(WrongKeys):
    """A key in this file never signed for this installation, so none of them was added.

    Give a copy of this service's own /.well-known/jwks.json.
    """


class KeyKind(StrEnum):
    """What a key is for."""

    IDENTITY = "identity"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as the database knows it."""

    kind: KeyKind
    fingerprint: str
    is_retired: bool


class Installation:
    """This host's keys and newest checkpoint; ``identity_key``: None for who knows nobody."""

    def __init__(self, signer: Signer, identity_key: bytes | None) -> None:
        self._signer = signer
        self._identity_key = identity_key
        self._log = KnownLog(signer)

    async def admit(self, connection: Connection) -> None:
        """Check, before each transaction about a person, that this host may write.

        Raises:
            WrongKeys: rule 3.
            LogDisagrees: the log lacks what was signed last (``log.known``).
        """
        judge = await self.ask(connection)
        await judge()

    async def ask(self, connection: Connection) -> Callable[[], Awaitable[None]]:
        """Do the same in two steps, as an ``Admission``."""
        signing = await _ask_whether_it_signs(connection, self._signer.active_id)
        judge_log = await self._log.ask(connection)

        async def judge() -> None:
            if not await _signs(signing):
                await self.require_keys(connection)
            await judge_log()

        return judge

    async def require_keys(self, connection: Connection) -> None:
        """Check that all keys are this installation's, before anything else is done with them.

        Raises:
            WrongKeys: rules 2 to 4.
        """
        known = await known_keys(connection)
        signing = {each.fingerprint for each in known if each.kind is KeyKind.SIGNING}
        if not signing:
            raise NoKeysYet
        active = self._signer.active_id
        if active not in signing:
            raise NotKnown if signing <= self._signer.held else WrongKeys
        if not await _may_sign(connection, active):
            raise RetiredKey
        if not signing <= self._signer.held:
            raise MissingPublicKeys
        if self._identity_key is not None:
            _require_identity(known, self._identity_key)


def installation(settings: Settings) -> Installation:
    """Return the keys that the settings name; the identity key only where one is set.

    Raises:
        IdentityMisconfigured: a key is missing or cannot be read.
    """
    knows_people = settings.identity == "local" or settings.identity_key is not None
    key = identity_key(settings) if knows_people else None
    return Installation(Signer.open(signing_folder(settings)), key)


async def require_installation(settings: Settings, role: Role = Role.API) -> None:
    """Check that the keys that the settings name are this installation's, as any role.

    Raises:
        WrongKeys: they are not.
        IdentityMisconfigured: a key is missing or cannot be read.
    """
    ours = installation(settings)
    async with connection_as(role, settings.required_database_url) as connection:
        await ours.require_keys(connection)


async def known_keys(connection: Connection) -> list[KnownKey]:
    """Return the keys that the database knows, the oldest first."""
    rows = await (await connection.execute(_SQL["keys"])).fetchall()
    return [KnownKey(KeyKind(row["kind"]), row["fingerprint"], row["is_retired"]) for row in rows]


async def require_folder(connection: Connection, settings: Settings) -> None:
    """Check that the keys are of this installation, after a restore.

    The key that signs may be newer than the backup.

    Raises:
        WrongKeys: they are not.
        IdentityMisconfigured: a key is missing or cannot be read.
    """
    known = await known_keys(connection)
    signing = {each.fingerprint for each in known if each.kind is KeyKind.SIGNING}
    if not signing:
        raise NoKeysYet
    if not signing <= Signer.open(signing_folder(settings)).held:
        raise WrongKeys
    _require_identity(known, identity_key(settings))


async def begin(connection: Connection, settings: Settings, *, lost: bool = False) -> Signer:
    """Make the keys that are missing and let the database know all of them, as its owner.

    ``connection`` has a transaction of its own. ``lost``: the private halves of those that signed
    are gone. What is as it should be stays so.

    Raises:
        WrongKeys: rules 2, 4 and 5.
        IdentityMisconfigured: a key cannot be read or made.
    """
    known = await known_keys(connection)
    signer = await _signer(connection, known, Signer(signing_folder(settings)), lost=lost)
    identities = [each for each in known if each.kind is KeyKind.IDENTITY]
    key = identity_key(settings) if identities else made_identity_key(settings)
    _require_identity(known, key)
    await _enrol(connection, KeyKind.IDENTITY, installation_of(key).hex())
    for thumbprint in sorted(signer.held):
        await _enrol(connection, KeyKind.SIGNING, thumbprint)
    await connection.execute(_SQL["retire"], {"active": signer.active_id})
    return signer


async def rotate(connection: Connection, signer: Signer, now: datetime) -> None:
    """Sign with another key from now on, on a connection of the owner.

    The database knows it before it signs, and knows the one before as retired after that.

    Raises:
        WrongKeys: the folder is not this installation's.
    """
    await connection.execute(_SQL["hold"])  # until the connection ends
    await Installation(signer, None).require_keys(connection)
    await _enrol(connection, KeyKind.SIGNING, signer.prepare())
    signer.rotate(now)
    await connection.execute(_SQL["retire"], {"active": signer.active_id})


async def add(connection: Connection, signer: Signer, keys: PublicKeys, now: datetime) -> None:
    """Keep public halves of keys that signed for this installation.

    Raises:
        UnknownPublicKey: one of them did not.
    """
    signing = {each.fingerprint for each in await known_keys(connection)}
    if not keys.by_id.keys() <= signing:
        raise UnknownPublicKey
    signer.add(keys, now)


async def _signer(
    connection: Connection, known: Sequence[KnownKey], signer: Signer, *, lost: bool
) -> Signer:
    signing = {each.fingerprint for each in known if each.kind is KeyKind.SIGNING}
    if signing and not signer.signs and not lost:
        raise LostKeys
    if not signing <= signer.held:
        raise MissingPublicKeys if lost or signing & signer.held else WrongKeys
    newest = await log.newest_checkpoint(connection)
    if newest is not None and not signing:
        _require_signed(newest.text, signer)
    return Signer.create(signer.folder)


def _require_signed(checkpoint: str, signer: Signer) -> None:
    """Check, of a database that knows no keys yet, that these signed its log."""
    try:
        read_checkpoint(checkpoint, signer.public())
    except (InvalidSignature, IdentityMisconfigured) as error:
        raise WrongKeys from error


def _require_identity(known: Sequence[KnownKey], key: bytes) -> None:
    ours = {each.fingerprint for each in known if each.kind is KeyKind.IDENTITY}
    if ours and installation_of(key).hex() not in ours:
        raise OtherIdentityKey


async def _enrol(connection: Connection, kind: KeyKind, fingerprint: str) -> None:
    await connection.execute(_SQL["enrol"], {"kind": kind.value, "fingerprint": fingerprint})


async def _may_sign(connection: Connection, fingerprint: str) -> bool:
    return await _signs(await _ask_whether_it_signs(connection, fingerprint))


async def _ask_whether_it_signs(connection: Connection, fingerprint: str) -> Cursor:
    return await connection.execute(_SQL["may_sign"], {"fingerprint": fingerprint})


async def _signs(asked: Cursor) -> bool:
    row = await asked.fetchone()
    return row is not None and row["may_sign"]

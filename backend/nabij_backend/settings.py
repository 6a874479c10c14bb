"""Settings: ``NABIJ_*`` variables, or files in ``/run/secrets``. Nothing is read at import."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from nabij_backend.errors import UserError
from nabij_backend.signed_notes import NoteKind, read_vkey

SECRETS = Path("/run/secrets")
_SHORTEST_KEY = 32
_ORIGIN = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
)
_PUBLIC = re.compile(
    r"https://[a-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._~/-]*)?"
    r"|http://(localhost|127\.[0-9.]+|\[::1\])(:[0-9]{1,5})?/?"
)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
# Visible characters only: a line more would be another field of `security.txt`.
_HTTPS = re.compile(r"https://[!-~]+")
_CONTACT = re.compile(r"mailto:[!-~]+@[!-~]+|tel:[+][0-9-]+|https://[!-~]+")
DEFAULT_BACKUP_DAYS = 30
# A host that is gone, or behind a firewall that drops packets, ends a connection by these: libpq's
# own are minutes to hours.
_SILENCE: Mapping[str, str] = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}


def _long_enough(key: SecretStr | None) -> SecretStr | None:
    if key is not None and len(key.get_secret_value()) < _SHORTEST_KEY:
        raise ValueError("needs at least 32 characters, such as `openssl rand -hex 32` prints")
    return key


def _address(url: SecretStr | None) -> SecretStr | None:
    """Return the address, with how long a host may be silent where it does not say that itself."""
    if url is None:
        return None
    try:
        said = conninfo_to_dict(url.get_secret_value())
    except ProgrammingError:  # its message repeats the value
        raise ValueError("write it as postgresql://user:password@host/database") from None
    parts: dict[str, Any] = {**_SILENCE, **said}
    return SecretStr(make_conninfo(**parts))


def _origin(url: str) -> str:
    if _ORIGIN.fullmatch(url) is None:
        raise ValueError("write an origin as https://energy.example, without a path")
    return url


def _public(url: str) -> str:
    if _PUBLIC.fullmatch(url) is None:
        raise ValueError("write an address as https://energy.example, or an http one on loopback")
    return url


def _host(name: str) -> str:
    if _HOST.fullmatch(name) is None:
        raise ValueError("write a host name in small letters, without scheme and port")
    return name


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:  # its message repeats the value
        raise ValueError("write an address as 10.0.0.7, or a network as 10.0.0.0/24") from None


def _witness(text: str) -> str:
    vkey, _, url = text.partition(" ")
    if _PUBLIC.fullmatch(url) is None:
        raise ValueError("write a verifier key, a space and an https address")
    read_vkey(vkey, NoteKind.WITNESS)
    return text


def _contact(uri: str) -> str:
    if _CONTACT.fullmatch(uri) is None:
        raise ValueError("write mailto:NAME@HOST, tel:+NUMBER or an https:// address")
    return uri


def _policy(uri: str | None) -> str | None:
    if uri is not None and _HTTPS.fullmatch(uri) is None:
        raise ValueError("write an https:// address")
    return uri


class MissingSetting(UserError):
    """A setting that this configuration needs is not there; the message names it."""


class Settings(BaseSettings):
    """Everything that an operator can set."""

    model_config = SettingsConfigDict(
        env_prefix="NABIJ_",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_folder: Path = Field(
        default=Path(".nabij"),
        description="where local keys and a private cluster are kept",
    )
    database_url: Annotated[SecretStr | None, AfterValidator(_address)] = Field(
        default=None,
        description="PostgreSQL with PostGIS; `nabij-dev` brings one to developers",
    )
    identity: Literal["local", "firebase"] = Field(
        default="local", description="identity provider of sign-ins; local is for loopback only"
    )
    identity_key: Annotated[SecretStr | None, AfterValidator(_long_enough)] = Field(
        default=None,
        description="keys the pseudonyms; with local identity `nabij keys init` makes one where"
        " none is set",
    )
    firebase_project: str | None = Field(
        default=None, description="id of the Firebase project whose sign-ins are accepted"
    )
    app_check: bool = Field(
        default=False,
        description="whether reports and push tokens are taken only from apps that Firebase App"
        " Check attests",
    )
    firebase_api_key: str | None = Field(
        default=None, description="public web API key of that project; with it the page signs in"
    )
    local_customers: tuple[str, ...] = Field(
        default=(),
        description="made-up customers that the page can sign in; a name is shown up to a dash",
    )
    dutch_map: bool = Field(
        default=False,
        description="whether maps show PDOK's tiles; PDOK then sees which area is viewed",
    )
    embedders: tuple[Annotated[str, AfterValidator(_origin)], ...] = Field(
        default=(),
        description="origins whose pages may show `/embed` in a frame, such as https://a.example",
    )
    signing_keys: Path | None = Field(
        default=None,
        description="folder of the signing keys, one for all processes; else in the data folder",
    )
    erasure_ledger: Path | None = Field(
        default=None,
        description="ledger of erasures, a file kept apart from the database; else in the data"
        " folder",
    )
    backup_days: int = Field(
        default=DEFAULT_BACKUP_DAYS,
        ge=1,
        le=3650,
        description="age of the oldest backup in days; pseudonyms of erased accounts go with it",
    )
    sweep_share: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="largest share of a table that a sweep may end or delete in one round",
    )
    public_url: Annotated[str, AfterValidator(_public)] = Field(
        default="http://127.0.0.1:8000",
        description="the service's own address, as receipts name it; loopback only where it listens"
        " on loopback",
    )
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = Field(
        default=(),
        description="names under which the service is also asked, such as a proxy's for it;"
        " `NABIJ_PUBLIC_URL`'s is known",
    )
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        default=(),
        description="addresses or networks of proxies whose `X-Forwarded-For` tells who asks; of"
        " others it is ignored",
    )
    security_contacts: tuple[Annotated[str, AfterValidator(_contact)], ...] = Field(
        default=(),
        description="contacts for security reports, the preferred first, as `security.txt` names"
        " them: mailto:, tel: or https://",
    )
    security_policy: Annotated[str | None, AfterValidator(_policy)] = Field(
        default=None, description="https address of your vulnerability disclosure policy"
    )
    witnesses: tuple[Annotated[str, AfterValidator(_witness)], ...] = Field(
        default=(),
        description="witnesses that cosign the log: the verifier key of each, a space, its address",
    )
    work_in_process: bool = Field(
        default=True,
        description="whether `nabij serve` also runs background jobs; else `nabij worker` must run",
    )
    metrics: bool = Field(
        default=False, description="whether `GET /metrics` answers, without sign-in"
    )
    operator_token: SecretStr | None = Field(
        default=None,
        description="sign-in token of the operator; a command asks for it where none is set",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on; 0: a free one")
    pool_size: int = Field(
        default=8,
        ge=2,
        le=200,
        description="database connections of a process; a quarter for withdrawals and erasures",
    )
    pool_wait_s: float = Field(
        default=3, gt=0, description="seconds to wait for a connection before answering 503"
    )
    database_wait_s: float = Field(
        default=10,
        gt=0,
        description="seconds that a request gives the database, before it is answered 503",
    )
    largest_body_bytes: int = Field(
        default=262_144, ge=1_024, description="longer requests are answered 413"
    )
    customer_rate: float = Field(
        default=20,
        ge=0,
        description="requests of a customer a second, on average over ten; 0: any number",
    )
    address_rate: float = Field(
        default=100,
        ge=0,
        description="requests of an IP address a second, on average over ten; 0: any number",
    )
    request_wait_s: float = Field(
        default=10,
        gt=0,
        description="seconds for the head of a request, for its body, and for a client to read on",
    )
    connections: int = Field(
        default=2_000, ge=16, description="connections of clients that a process bears at once"
    )
    streams: int = Field(
        default=1_000, ge=1, description="streams of events that a process bears at once"
    )
    places: Path | None = Field(
        default=None,
        description="a file of places that can be typed, made by `nabij places`;"
        " by default those of the Netherlands",
    )

    heartbeat_s: float = Field(
        default=15, gt=0, le=30, description="seconds between signs of life in a stream of events"
    )

    @property
    def wakes_devices(self) -> bool:
        """Whether sleeping devices are woken: Firebase does that, local identity has nobody to."""
        return self.identity == "firebase"

    @property
    def required_database_url(self) -> str:
        """The database's address.

        Raises:
            MissingSetting: there is none.
        """
        if self.database_url is None:
            raise MissingSetting("Set NABIJ_DATABASE_URL to a PostgreSQL address.")
        return self.database_url.get_secret_value()

    @property
    def required_firebase_project(self) -> str:
        """The Firebase project whose tokens are accepted.

        Raises:
            MissingSetting: there is none.
        """
        if self.firebase_project is None:
            raise MissingSetting("Set NABIJ_FIREBASE_PROJECT to the project's id.")
        return self.firebase_project


def read_settings(secrets: Path = SECRETS) -> Settings:
    """Return the settings of this process: from its environment, and from files in ``secrets``.

    Raises:
        ValidationError: a setting cannot be used.
    """
    source: dict[str, Any] = {"_secrets_dir": secrets} if secrets.is_dir() else {}
    return Settings(**source)

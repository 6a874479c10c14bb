"""Settings: ``NABIJ_*`` variables, or files in ``/run/secrets``. Nothing is read at import."""

from pathlib import Path
from typing import Annotated, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_SECRETS = Path("/run/secrets")
_SHORTEST_KEY = 32


def _long_enough(key: SecretStr | None) -> SecretStr | None:
    if key is not None and len(key.get_secret_value()) < _SHORTEST_KEY:
        raise ValueError("needs at least 32 characters, such as `openssl rand -hex 32` prints")
    return key


def _address(url: SecretStr | None) -> SecretStr | None:
    if url is not None:
        try:
            conninfo_to_dict(url.get_secret_value())
        except ProgrammingError:  # its message repeats the value
            raise ValueError("write it as postgresql://user:password@host/database") from None
    return url


class MissingSetting(Exception):
    """A setting that this configuration needs is not there; the message names it."""


class Settings(BaseSettings):
    """Everything that an operator can set.

    Without a database URL the service starts a private PostGIS cluster in ``data_folder``.
    """

    model_config = SettingsConfigDict(
        env_prefix="NABIJ_",
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_folder: Path = Path(".nabij")
    database_url: Annotated[SecretStr | None, AfterValidator(_address)] = None
    identity: Literal["local", "firebase"] = "local"
    identity_key: Annotated[SecretStr | None, AfterValidator(_long_enough)] = Field(
        default=None, description="keys the pseudonyms; a local one is made where none is set"
    )
    firebase_project: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    pool_size: int = Field(default=8, ge=1, le=200)
    pool_wait_s: float = Field(default=3, gt=0)
    largest_body_bytes: int = Field(default=262_144, ge=1_024)
    place_countries: tuple[str, ...] = ("NL",)

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

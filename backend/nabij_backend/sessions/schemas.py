"""Wire format of the page's session."""

from typing import Annotated, Literal

from pydantic import Field

from nabij_backend.http.schemas import Wire


class LocalCustomer(Wire):
    """Somebody who does not exist."""

    id: str
    name: str


class LocalSignIn(Wire):
    """Choose who to be, among people who do not exist; on this machine only."""

    kind: Literal["local"]
    customers: tuple[LocalCustomer, ...]


class FirebaseSignIn(Wire):
    """Sign in with Firebase; all of these are public."""

    kind: Literal["firebase"]
    api_key: str
    auth_domain: str
    project_id: str


class Session(Wire):
    """Whether the page is signed in, and how one signs in."""

    signed_in: bool
    customer: Annotated[str | None, Field(description="The made-up customer's name.")]
    sign_in: Annotated[LocalSignIn | FirebaseSignIn, Field(discriminator="kind")] | None
    dutch_map: Annotated[bool, Field(description="Whether maps may show PDOK's tiles.")]


class SigningIn(Wire):
    """Which made-up customer to be."""

    customer: Annotated[str, Field(min_length=1, max_length=128)]

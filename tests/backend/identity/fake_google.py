"""A local stand-in for the Google that firebase-admin talks to.

It is a CONNECT proxy that answers for every `*.googleapis.com` itself, over TLS, and refuses all
other hosts: with it as `HTTPS_PROXY` the real library runs unpatched and nothing leaves the
machine. It serves the certificates of the ID tokens it signs, access tokens, and accounts, and
takes push messages. It can be told to hang, to send byte by byte, to hang up and to fail.
"""

import json
import ssl
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Self, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

from tests.backend.identity.forging import compact, rs256

KEY_ID = "key-of-the-day"
APP_CHECK_KEY_ID = "key-of-app-check"
APP_CHECK_PATH = "/v1/jwks"
CERTIFICATES_PATH = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"


@dataclass(frozen=True)
class Account:
    """What Google knows of a person: since when tokens count, and whether they may sign in."""

    subject: str
    valid_since: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    disabled: bool = False

    def record(self) -> dict[str, object]:
        valid_since = str(int(self.valid_since.timestamp()))
        return {"localId": self.subject, "validSince": valid_since, "disabled": self.disabled}


@dataclass(frozen=True)
class Refusal:
    """An answer that is none, as Google's APIs give it: of messages with the error's own code."""

    status: int
    code: str
    retry_after_s: int | None = None

    def document(self) -> dict[str, object]:
        kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        details = [{"@type": kind, "errorCode": self.code}]
        error = {"code": self.status, "status": self.code, "message": self.code, "details": details}
        return {"error": error}


class FakeGoogle(ThreadingHTTPServer):
    """A running fake; closed by leaving its `with` block."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ca_bundle, self.service_account = folder / "ca.pem", folder / "account.json"
        self.ca_bundle.write_bytes(pem_certificate(rsa_key("tls")))
        self.service_account.write_text(json.dumps(_service_account()))
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (folder / "tls.pem").write_bytes(pem_key(rsa_key("tls")) + self.ca_bundle.read_bytes())
        self.tls.load_cert_chain(folder / "tls.pem")
        self.certificates: object = {KEY_ID: pem_certificate(rsa_key("tokens")).decode()}
        self.accounts: dict[str, Account] = {}
        self.requests: list[str] = []
        self.messages: list[dict[str, object]] = []
        self.push_failures: dict[str, Refusal] = {}
        self.failures: dict[str, Refusal] = {}
        self.slow_s: dict[str, float] = {}
        self.max_age_s = 3600
        self.byte_every_s = 0.0
        self.away = False
        self.answering = Event()
        self.answering.set()
        self.over = Event()

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.answering.set()
        self.over.set()
        self.shutdown()
        self.server_close()

    @property
    def proxy_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def sign(self, claims: Mapping[str, object], **header: object) -> str:
        """Return an ID token as Google would sign it; `header` replaces its parameters."""
        usual = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
        return compact(usual | header, claims, rs256(rsa_key("tokens")))

    def attest(self, claims: Mapping[str, object], **header: object) -> str:
        """Return an App Check token as Google would sign it; `header` replaces its parameters."""
        usual = {"alg": "RS256", "kid": APP_CHECK_KEY_ID, "typ": "JWT"}
        return compact(usual | header, claims, rs256(rsa_key("app-check")))

    def answer(self, path: str, body: bytes) -> object:
        """Return the JSON that a Google API answers at this path, or None for not found."""
        self.requests.append(path)
        self.answering.wait()
        for end, wait_s in self.slow_s.items():
            if path.endswith(end):
                self.over.wait(wait_s)
        for end, failure in self.failures.items():
            if path.endswith(end):
                return failure
        if path.endswith("/accounts:lookup"):
            return {"users": self._users(json.loads(body)["localId"])}
        if path.endswith("/messages:send"):
            return self._take(**json.loads(body))
        return self._documents().get(path)

    def _documents(self) -> dict[str, object]:
        return {
            CERTIFICATES_PATH: self.certificates,
            APP_CHECK_PATH: {"keys": [_jwk(rsa_key("app-check"))]},
            "/token": {"access_token": "made-up", "expires_in": 3600, "token_type": "Bearer"},
        }

    def _take(self, message: dict[str, object], *, validate_only: bool = False) -> object:
        if not validate_only:
            self.messages.append(message)
        failure = self.push_failures.get(str(message.get("token", message.get("fid"))))
        return failure or {"name": f"projects/unused/messages/{len(self.messages)}"}

    def _users(self, subjects: list[str]) -> list[dict[str, object]]:
        return [self.accounts[name].record() for name in subjects if name in self.accounts]


@contextmanager
def google_in_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[FakeGoogle]:
    """Let every library of Google's in this process meet the fake, and nobody else."""
    with FakeGoogle(folder) as fake:
        for name in ("https_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv("FIREBASE_AUTH_EMULATOR_HOST", raising=False)
        monkeypatch.setenv("HTTPS_PROXY", fake.proxy_url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(fake.ca_bundle))
        monkeypatch.setenv("SSL_CERT_FILE", str(fake.ca_bundle))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(fake.service_account))
        monkeypatch.setenv("NO_GCE_CHECK", "true")
        yield fake


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def google(self) -> FakeGoogle:
        return cast("FakeGoogle", self.server)

    def do_CONNECT(self) -> None:
        if not self.path.endswith(".googleapis.com:443"):
            self.send_error(403)
            return
        self.send_response(200)
        self.end_headers()
        self.connection = self.google.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False  # Python 3.11 asks for the tunnel in HTTP/1.0.

    def do_GET(self) -> None:
        self._reply(self.google.answer(self.path, b""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._reply(self.google.answer(self.path, body))

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base
        """Keep quiet: the tests read what other parties log."""

    def _reply(self, answer: object) -> None:
        if self.google.away:
            self.close_connection = True
            return
        status = 404 if answer is None else 200
        wait_s = None
        if isinstance(answer, Refusal):
            status, answer, wait_s = answer.status, answer.document(), answer.retry_after_s
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        if wait_s is not None:
            self.send_header("Retry-After", str(wait_s))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", f"public, max-age={self.google.max_age_s}")
        self.end_headers()
        if self.google.byte_every_s:
            self._drip(body)
        else:
            self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        with suppress(OSError):  # whoever waited has gone
            for byte in body:
                self.wfile.write(bytes((byte,)))
                if self.google.over.wait(self.google.byte_every_s):
                    return


@cache
def rsa_key(_name: str) -> rsa.RSAPrivateKey:
    """Return the key of this name, the same for the whole test run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem_key(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def pem_certificate(key: rsa.RSAPrivateKey, *, days: float = 1) -> bytes:
    """Return a self-signed certificate of the key for every host of Google's APIs."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fake Google")])
    hosts = x509.SubjectAlternativeName([x509.DNSName("*.googleapis.com")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).add_extension(hosts, critical=False)
    certificate = builder.not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM)


def _jwk(key: rsa.RSAPrivateKey) -> dict[str, object]:
    document = RSAKey.import_key(key.public_key()).as_dict(private=False)
    return {**document, "kid": APP_CHECK_KEY_ID, "use": "sig", "alg": "RS256"}


def _service_account() -> dict[str, str]:
    return {
        "type": "service_account",
        "project_id": "unused",
        "client_email": "nobody@unused.iam.gserviceaccount.com",
        "private_key": pem_key(rsa_key("service-account")).decode(),
        "token_uri": "https://oauth2.googleapis.com/token",
    }

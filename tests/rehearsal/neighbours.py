"""Programs that stand around a service: a pooler before its database, a proxy before itself."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nabij_dev.embedded.account import server_account
from tests.architecture.workspace import ROOT
from tests.backend.cli.commands import PATIENCE_S

_CONFIGURATIONS = {"nginx": "nginx.conf", "haproxy": "haproxy.cfg", "varnishd": "varnish.vcl"}
# What to change in a configuration where a test reads the bytes that go through.
WITHOUT_TLS: Final = {
    "nginx": ("listen 443 ssl", "listen 443"),
    "haproxy": ("bind :443 ssl crt /etc/ssl/nabij.example/both.pem", "bind :443"),
    "varnishd": ("", ""),
}
_PATH = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
_NGINX = "daemon off; pid nginx.pid; error_log stderr; events {{}} http {{ include {name}; }}"
_POOLER = """
[databases]
nabij = host={socket} dbname=nabij
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
ignore_startup_parameters = extra_float_digits
"""


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def wait_until_listening(port: int) -> None:
    """Return once somebody accepts connections there."""
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE_S)
    while datetime.now(UTC) < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
    raise TimeoutError


@contextmanager
def pgbouncer(folder: Path, socket_folder: Path, login: str) -> Generator[str]:
    """PgBouncer in transaction mode; the address of the database through it, for a login."""
    folder.chmod(0o755)
    port = free_port()
    config = folder / "pgbouncer.ini"
    config.write_text(_POOLER.format(socket=socket_folder, port=port, folder=folder))
    (folder / "users").write_text(f'"{login}" ""\n')
    process = server_account().start([_program("pgbouncer"), "--quiet", str(config)])
    try:
        wait_until_listening(port)
        yield f"postgresql://{login}@127.0.0.1:{port}/nabij"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@dataclass(slots=True)
class Proxy:
    """A proxy before a service, by the configuration that we give away; not started yet.

    Attributes:
        program: `nginx`, `haproxy` or `varnishd`.
        url: its address: by TLS, but of Varnish, which has none.
        authority: a file with the certificate that vouches for it.
    """

    program: str
    url: str
    authority: Path
    _service: str
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self, change: tuple[str, str] = ("", "")) -> None:
        """Start it, with the configuration as it is or with something else in place of a text."""
        folder, port = self.authority.parent, urlsplit(self.url).port or 0
        service = urlsplit(self._service)
        name = _CONFIGURATIONS[self.program]
        ours = (ROOT / "deploy" / "proxies" / name).read_text(encoding="utf-8")
        if change[0]:
            assert change[0] in ours
            ours = ours.replace(*change)
        for written, here in {
            "127.0.0.1:8000": service.netloc,
            '"8000"': f'"{service.port}"',
            "listen 443": f"listen 127.0.0.1:{port}",
            "bind :443": f"bind 127.0.0.1:{port}",
            "nabij.example;": "localhost;",
            "Host nabij.example": "Host localhost",
            "/etc/ssl/nabij.example": str(folder),
        }.items():
            ours = ours.replace(written, here)
        (folder / name).write_text(ours)
        (folder / "main.conf").write_text(_NGINX.format(name=name))
        options = {
            "nginx": ("-e", "stderr", "-p", folder, "-c", "main.conf"),
            "haproxy": ("-db", "-f", folder / name),
            "varnishd": (
                *("-F", "-j", "none", "-n", folder, "-s", "malloc,16m"),
                *("-a", f"127.0.0.1:{port}", "-f", folder / name),
            ),
        }
        with (folder / "proxy.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program(self.program), *options[self.program]], stdout=log, stderr=log
            )
        wait_until_listening(port)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None


def proxy_before(program: str, service: str, folder: Path, port: int) -> Proxy:
    """A proxy before the service at this address, which is not started yet."""
    folder.mkdir(mode=0o755)
    scheme = "http" if program == "varnishd" else "https"
    return Proxy(program, f"{scheme}://localhost:{port}", _certified(folder), service)


def _program(name: str) -> str:
    return shutil.which(name, path=_PATH) or name


def _certified(folder: Path) -> Path:
    """Write a key and its certificate for `localhost`; returns where the latter is."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    authority = folder / "fullchain.pem"
    authority.write_bytes(certificate)
    (folder / "privkey.pem").write_bytes(private)
    (folder / "both.pem").write_bytes(certificate + private)
    return authority

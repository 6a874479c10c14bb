"""The page and its parts are served with what a browser must not do written on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Client
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from nabij_backend.app import create_app
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.settings import Settings
from nabij_backend.web import endpoints
from nabij_backend.web.policy import security_headers
from tests.service import Service


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the web's tools would have built."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (tmp_path / "embed.html").write_text("<!doctype html>embed", encoding="utf-8")
    (tmp_path / "elements.html").write_text("<!doctype html>elements", encoding="utf-8")
    (tmp_path / "nabij-nearby.js").write_text("export {}", encoding="utf-8")
    (tmp_path / "assets" / "page-1a2b.js").write_text("export {}", encoding="utf-8")
    monkeypatch.setattr(endpoints, "BUILT", tmp_path)
    return tmp_path


def directives(settings: Settings) -> dict[str, list[str]]:
    policy = security_headers(settings)["Content-Security-Policy"].split("; ")
    return {name: values for name, *values in (each.split() for each in policy)}


def hosts(settings: Settings) -> Iterator[str]:
    """Whoever a browser may be made to ask besides us."""
    for values in directives(settings).values():
        yield from (each for each in values if each.startswith("http"))


def test_the_page_is_asked_for_anew_and_bound_to_this_service(
    service: Service, built: Path
) -> None:
    answer = service.http.get("/")
    assert (answer.text, answer.headers["cache-control"]) == ("<!doctype html>", "no-cache")
    assert built.is_dir()
    for name, value in security_headers(service.settings).items():
        assert answer.headers[name] == value
    assert "set-cookie" not in answer.headers


def test_it_is_at_each_of_its_addresses(service: Service, built: Path) -> None:
    assert built.is_dir()
    texts = {service.http.get(each).text for each in endpoints.PAGES}
    assert texts == {"<!doctype html>"}
    assert service.http.get("/somewhere").status_code == 404


def test_without_javascript_it_says_where_to_write(service: Service, built: Path) -> None:
    (built / "index.html").write_text("<p>{contact.nl} {contact.en}</p>", encoding="utf-8")
    email = STARTER_NOTICE.controller.privacy_officer_email
    link = f'<a href="mailto:{email}">{email}</a>'
    assert service.http.get("/").text == f"<p>{link} {link}</p>"


def test_its_foot_names_customer_service(service: Service, built: Path) -> None:
    (built / "index.html").write_text('<meta content="{contact.email}">', encoding="utf-8")
    email = STARTER_NOTICE.controller.email
    assert service.http.get("/").text == f'<meta content="{email}">'


def test_it_is_there_while_no_notice_can_be_read(
    empty_url: str, settings: Settings, built: Path
) -> None:
    (built / "index.html").write_text("<p>{contact.nl}</p>", encoding="utf-8")
    down = settings.model_copy(update={"database_url": SecretStr(f"{empty_url}-gone")})
    with TestClient(create_app(down), base_url="http://localhost") as client:
        assert client.get("/privacy").text == "<p>de klantenservice</p>"


def test_its_parts_are_kept_for_good(service: Service, built: Path) -> None:
    assert built.is_dir()
    answer = service.http.get("/assets/page-1a2b.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-encoding"] in {"gzip", "zstd"}
    assert answer.text == "export {}"
    held = {"If-None-Match": answer.headers["etag"]}
    assert service.http.get("/assets/page-1a2b.js", headers=held).status_code == 304


def test_other_pages_may_load_the_element(service: Service, built: Path) -> None:
    assert built.is_dir()
    for path in ("/nabij-nearby.js", "/assets/page-1a2b.js"):
        answer = service.http.get(path)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.text == "export {}"
    assert service.http.get("/nabij-nearby.js").headers["cache-control"] == "public, max-age=60"
    assert "access-control-allow-origin" not in service.http.get("/").headers


def framed_by(client: Client) -> dict[str, str]:
    """Who may show each page in a frame."""
    policies = {
        path: client.get(path).headers["content-security-policy"]
        for path in (*endpoints.PAGES, endpoints.DOCUMENTED, endpoints.EMBEDDED)
    }
    return {path: each.split("frame-ancestors ")[1] for path, each in policies.items()}


def test_nobody_may_frame_a_page_until_a_setting_lists_them(
    settings: Settings, service: Service, built: Path
) -> None:
    assert built.is_dir()
    assert set(framed_by(service.http).values()) == {"'none'"}
    embedders = ("https://energy.example", "https://app.example:8443")
    with TestClient(
        create_app(settings.model_copy(update={"embedders": embedders})),
        base_url="http://localhost",
    ) as client:
        framed = framed_by(client)
    # Consent and withdrawal are never in a frame: a page around it could move what is clicked.
    assert framed.pop(endpoints.EMBEDDED) == " ".join(embedders)
    assert set(framed.values()) == {"'none'"}


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*", "energy.example", "https://a.example/", "https://a b", "http://a.example"],
)
def test_an_embedder_is_an_origin(origin: str) -> None:
    with pytest.raises(ValidationError, match="write an origin"):
        Settings(embedders=(origin,))


def test_everything_that_is_built_is_of_a_known_kind() -> None:
    if not endpoints.BUILT.is_dir():
        pytest.skip("The page is not built.")
    for file in (endpoints.BUILT / "assets").iterdir():
        assert file.suffix in {".css", ".js", ".svg"}


@pytest.mark.parametrize("name", ["..%2Findex.html", "other.js", "%2e%2e"])
def test_nothing_else_is_handed_out(service: Service, built: Path, name: str) -> None:
    assert built.is_dir()
    assert service.http.get(f"/assets/{name}").status_code in {404, 405}


def test_without_a_page_it_is_said_how_to_build_one(service: Service, built: Path) -> None:
    (built / "index.html").unlink()
    answer = service.http.get("/")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-page")
    assert "make setup" in answer.json()["title"]


def test_a_browser_asks_nobody_else(settings: Settings) -> None:
    assert list(hosts(settings)) == []
    allowed = directives(settings)
    assert allowed["default-src"] == ["'none'"]
    assert (allowed["script-src"], allowed["style-src"]) == (["'self'"], ["'self'"])


def test_others_are_asked_only_where_a_setting_says_so(settings: Settings) -> None:
    firebase = {"identity": "firebase", "firebase_project": "p", "firebase_api_key": "k"}
    google = list(hosts(settings.model_copy(update=firebase)))
    assert google == ["https://identitytoolkit.googleapis.com"]
    pdok = list(hosts(settings.model_copy(update={"dutch_map": True})))
    assert pdok == ["https://service.pdok.nl"] * 2

"""One picture answered at once, and the file made of it."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from api.context import Service
from api.services.shapes import Report

SAMPLES = Path(__file__).parents[2] / "samples"


def post(client: TestClient, data: bytes, path: str = "/v1/checks", name: str = "a.jpg", **form: str) -> Any:
    headers = {"Accept-Language": form.pop("language", "en"), "Accept": form.pop("accept", "*/*")}
    return client.post(path, files={"file": (name, data)}, data=form, headers=headers)


def test_the_report_is_that_of_the_command_line(client: TestClient) -> None:
    answer = post(client, (SAMPLES / "good.jpg").read_bytes())
    assert answer.status_code == 200
    told = answer.json()
    assert (told["schema"], told["verdict"], told["kind"]) == ("photocheck/report-1", "pass", "portrait")
    assert Report.model_validate(told).model_dump(mode="json", by_alias=True) == told
    assert answer.headers["content-language"] == "en"
    chinese = post(client, (SAMPLES / "good.jpg").read_bytes(), language="zh-CN").json()
    assert chinese["findings"][0]["message"] != told["findings"][0]["message"]


def test_nothing_is_kept(client: TestClient, service: Service) -> None:
    post(client, (SAMPLES / "good.jpg").read_bytes())
    assert list(service.blobs.store.keys()) == []


def test_a_cards_number_is_masked(client: TestClient) -> None:
    told = post(client, (SAMPLES / "id-portrait.jpg").read_bytes(), kind="id-card").json()
    assert set(told["fields"]["number"]["text"][1:]) == {"*"}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"profile": "no-such"}, "unknown-profile"),
        ({"profile": "../../etc/passwd"}, "unknown-profile"),
        ({"profile": "cn-exit-entry-renewal"}, "unknown-profile"),
        ({"profile": "icao", "kind": "signature"}, "wrong-profile"),
        ({"kind": "dog"}, "invalid-request"),
    ],
)
def test_wrong_wishes(client: TestClient, form: dict[str, str], code: str) -> None:
    answer = post(client, (SAMPLES / "good.jpg").read_bytes(), **form)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/" + code)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"8BPS\x00\x01" + bytes(64), 415),
        (b"SIMPLE  =                    T" + bytes(2000), 415),
        (b"GIF89a" + bytes(64), 415),
        (b"\xff\xd8\xff\xe0" + bytes(100), 422),
    ],
    ids=["empty", "eps", "svg", "psd", "fits", "gif", "broken jpeg"],
)
def test_the_content_decides_what_a_file_is(client: TestClient, data: bytes, status: int) -> None:
    """Whatever its name and declared type say (promise 2)."""
    answer = client.post("/v1/checks", files={"file": ("a.jpg", data, "image/jpeg")})
    assert answer.status_code == status
    assert answer.json()["type"].endswith("/unusable-picture")
    assert answer.json()["reason"]


def test_a_picture_under_another_name_is_a_picture(client: TestClient) -> None:
    file = io.BytesIO()
    Image.open(SAMPLES / "good.jpg").save(file, "PNG")
    answer = client.post("/v1/checks", files={"file": ("a.exe", file.getvalue(), "application/x-msdownload")})
    assert answer.status_code == 200
    assert answer.json()["file"]["format"] == "PNG"


def test_the_file_that_prepare_makes(client: TestClient) -> None:
    data = (SAMPLES / "phone-original.jpg").read_bytes()
    made = post(client, data, "/v1/prepare", profile="cn-exit-entry")
    assert made.headers["content-type"] == "image/jpeg"
    assert made.headers["photocheck-verdict"] == "pass"
    assert "sandbox" in made.headers["content-security-policy"]
    told = post(client, data, "/v1/prepare", profile="cn-exit-entry", accept="application/json").json()
    assert base64.b64decode(told["data"]) == made.content
    assert told["report"]["verdict"] == "pass"
    refused = post(client, (SAMPLES / "good.jpg").read_bytes(), "/v1/prepare", profile="cn-resident-id")
    assert refused.json()["type"].endswith("/cannot-prepare")


def test_profiles_and_checks(client: TestClient) -> None:
    profiles = client.get("/v1/profiles", headers={"Accept-Language": "en"}).json()
    assert {"cn-exit-entry", "icao"} <= {one["id"] for one in profiles}
    for one in profiles:
        detail = client.get(f"/v1/profiles/{one['id']}").json()
        assert detail["hash"] == one["hash"]
        assert detail["checks"]
    assert client.get("/v1/profiles/base-portrait").status_code == 404
    checks = client.get("/v1/checks/catalogue").json()
    assert {"GEO02", "SUB06"} <= {one["code"] for one in checks}

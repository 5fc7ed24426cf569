"""The interface's description is whole: examples that conform, problems in one shape, the header of every POST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from starlette.testclient import TestClient

from api.app import create_app

DOCUMENT = create_app().openapi()
JSON = "application/json"


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def bodies() -> Iterator[Any]:
    """Every JSON document that is sent or answered, with its example."""
    for name, operation in operations():
        content = operation.get("requestBody", {}).get("content", {})
        if JSON in content:
            yield pytest.param(content[JSON], id=f"{name} request")
        for status, answered in operation["responses"].items():
            if status.startswith("2") and JSON in answered.get("content", {}):
                yield pytest.param(answered["content"][JSON], id=f"{name} {status}")


def example_of(content: dict[str, Any]) -> Any:
    """The recorded one, else that of the schema, else one put together from its parts."""
    if "example" in content:
        return content["example"]
    schema = resolved(content["schema"])
    if "examples" in schema:
        return schema["examples"][0]
    told = {name: part_of(resolved(part)) for name, part in schema.get("properties", {}).items()}
    assert told, "no example"
    return told


def part_of(part: dict[str, Any]) -> Any:
    for key in ("const", "default"):
        if key in part:
            return part[key]
    if "examples" in part:
        return part["examples"][0]
    if "enum" in part:
        return part["enum"][0]
    if part.get("type") == "boolean":
        return True
    raise AssertionError("no example")


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


@pytest.mark.parametrize("content", list(bodies()))
def test_examples_are_there_and_conform(content: dict[str, Any]) -> None:
    """Where this fails after a change of a route: python docs/record_examples.py."""
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    jsonschema_rs.validate(schema, example_of(content))


def test_examples_hold_no_secret() -> None:
    for _, operation in operations():
        for answered in operation["responses"].values():
            told = str(answered.get("content", {}).get(JSON, {}).get("example", ""))
            assert "pck_" not in told
            assert "eyJ" not in told


@pytest.mark.parametrize(("name", "operation"), list(operations()))
def test_every_route_is_told_of(name: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    refusals = [content for status, content in operation["responses"].items() if status[0] in "45"]
    assert refusals
    for refusal in operation["responses"]["4XX"], operation["responses"]["5XX"]:
        assert refusal["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
        }
    if name.startswith("POST /v1/"):
        assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]


def test_it_is_served(client: TestClient) -> None:
    assert client.get("/openapi.json").json() == DOCUMENT

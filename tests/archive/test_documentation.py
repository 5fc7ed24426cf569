"""The documentation says of the tables what the schema says."""

from __future__ import annotations

from pathlib import Path

import pytest

from photocheck.archive.schema import FINDINGS, IMAGES, SCHEMA, findings_schema, images_schema

PAGE = (Path(__file__).parents[2] / "docs" / "batch.md").read_text("utf-8")


@pytest.mark.parametrize(("columns", "schema"), [(IMAGES, images_schema()), (FINDINGS, findings_schema())])
def test_every_column_is_documented(columns: dict[str, str], schema) -> None:
    for name, about in columns.items():
        kind = str(schema.field(name).type)
        shown = "list of struct" if kind.startswith("list") else kind.partition(" (")[0]
        assert f"| `{name}` | {shown} | {about} |" in PAGE


def test_the_schema_is_named() -> None:
    assert f"`{SCHEMA}`" in PAGE

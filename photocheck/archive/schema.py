"""The tables of a scored archive: `OUT/images/*.parquet` and `OUT/findings/*.parquet`, and `OUT/run.json` beside them.

One row of `images` an input, one row of `findings` for every check that was asked of it; both are joined by `id`.
Files come in pairs: `part-000012.parquet` of either folder is about the same inputs. Within a file images are sorted by
`id`, findings by `check` and `id`, so that a question about one check reads a small part of each file.
They hold no pixels, and no name or number that was read from a picture unless the run was told to `--reveal`.

Both carry the schema's name in their metadata (`photocheck.schema`). Columns may be added under the same name; when one
changes its meaning or goes, the name counts up.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from photocheck.archive.extras import arrow

SCHEMA = "photocheck/archive-1"
SCHEMA_KEY = b"photocheck.schema"

# What each column holds. The types are in `_IMAGE_TYPES` and `_FINDING_TYPES`, in the same order.
IMAGES: dict[str, str] = {
    "id": "of the input: its manifest's, or its path below the source; unique",
    "path": "where the picture was read: a path or URI, `archive!/member`, or `manifest#row`",
    "group": "of the manifest, else the folder or archive below the source; for comparing parts of the archive",
    "sha256": "of the file, hexadecimal; null where it could not be read",
    "kind": "`portrait`, `id-card`, `signature`: what it was checked as; null for a row with an error",
    "asked": "`auto` where the picture itself told its kind; else the kind it was said to be, or its profile's",
    "profile": "id of the profile",
    "profile_hash": "`sha256:…` of everything in the profile that can change a finding",
    "models_hash": "`sha256:…` over the hashes of all nets",
    "version": "of photocheck",
    "intake": "`final` or `original`",
    "as_of": "the date that age and validity checks used",
    "verdict": "`pass`, `review`, `fail`; null for a row with an error",
    "error": "null, or why there is no verdict: a key of `messages/errors.toml`, such as `truncated` or `timed-out`",
    "error_text": "the same as a sentence, in the language of the run that found it",
    "origin": "`scored`: the picture was decoded; `judged`: earlier values under new limits; `kept`: an earlier row",
    "findings": "how many rows of the other table are about it",
    "format": "`JPEG`, `PNG`, `WEBP`, `BMP`, `TIFF`, `HEIF`",
    "width": "pixels, upright",
    "height": "pixels, upright",
    "bytes": "size of the file",
    "captured": "day of capture: the manifest's, else EXIF's",
    "month": "`YYYY-MM` of `captured`",
    "fields": "what was read, by key (`card_type`, `side`, …); personal ones only with `--reveal`",
}

FINDINGS: dict[str, str] = {
    "id": "of the input",
    "check": "name of the check, such as `head-height`",
    "code": "such as `GEO02`",
    "outcome": "`pass`, `review`, `fail`, `not_assessed`, `error`",
    "value": "the measured quantity in `unit`, six significant digits; null where nothing is measured",
    "unit": "of `value`",
    "pass_low": "lower end of the pass range, which is closed; null is an open end",
    "pass_high": "upper end of the pass range",
    "review_low": "lower end of the review range around it; the pass range's where the profile gives none",
    "review_high": "upper end of the review range",
    "margin": "distance of `value` to the nearest pass limit in review bands: 0 there, -1 where `fail` begins",
    "reason": "why it was not assessed, or the class of the exception where the check crashed",
    "case": "which wording applies: `pass`, `low`, `high`, or a name of the check's own",
    "required": "whether the verdict `pass` needs this check to have been assessed",
    "judged": "every quantity that a band judged, for judging again under other limits; see `Judgement`",
}

# A check told by one band has one judgement with `quantity` '' and `limit` ''. A check that tells the worst of several
# has one for each: `quantity` is the name in its wording, `limit` the line of its limits in the profile that judged it
# (null where the check made its band itself: then only the picture can tell). `value` is not rounded, `case` is null
# where the wording is `low` or `high` by the side.
JUDGEMENT = ("quantity", "limit", "value", "case")


@cache
def images_schema() -> Any:
    """The Arrow schema of the table of images."""
    pa = arrow()
    text, day = pa.string(), pa.date32()
    types = {"as_of": day, "captured": day, "findings": pa.int32(), "width": pa.int32(), "height": pa.int32()}
    types |= {"bytes": pa.int64(), "fields": pa.map_(text, text)}
    return _schema(IMAGES, types, never_null=("id", "path", "origin", "findings", "version"))


@cache
def findings_schema() -> Any:
    """The Arrow schema of the table of findings."""
    pa = arrow()
    number, text = pa.float64(), pa.string()
    judgement = pa.struct([("quantity", text), ("limit", text), ("value", number), ("case", text)])
    types = dict.fromkeys(("value", "pass_low", "pass_high", "review_low", "review_high", "margin"), number)
    types |= {"required": pa.bool_(), "judged": pa.list_(judgement)}
    return _schema(FINDINGS, types, never_null=("id", "check", "code", "outcome", "required", "case"))


def _schema(columns: dict[str, str], types: dict[str, Any], *, never_null: tuple[str, ...]) -> Any:
    pa = arrow()
    fields = [
        pa.field(name, types.get(name, pa.string()), nullable=name not in never_null, metadata={"about": about})
        for name, about in columns.items()
    ]
    return pa.schema(fields, metadata={SCHEMA_KEY: SCHEMA.encode()})

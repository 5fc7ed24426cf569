"""prepare: the crop holds every geometry limit or says why none can; the file lands inside its byte limits."""

from __future__ import annotations

import io
import math
from datetime import date

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut

from photocheck.decode import decode
from photocheck.engine import assess
from photocheck.features.portrait import Portrait
from photocheck.finding import Outcome
from photocheck.messages import LANGUAGES
from photocheck.prepare import CannotPrepare, crop_for, prepare_file
from photocheck.prepare.crop_plan import CropPlan, Level, solve
from photocheck.prepare.encode import CannotEncode, encode
from photocheck.prepare.limits import Places, geometry_limits
from photocheck.prepare.make import cut
from photocheck.prepare.measure import warp
from photocheck.prepare.size import fitted
from photocheck.profile import Profile, load_profile, profile_ids
from samples.maker.encode import encode as encode_picture
from samples.maker.portrait import draw

GUIDE = load_profile("cn-exit-entry")
HEAD = Places({"hair": 600.0, "skull": 660.0}, chin=1400.0, eyes=(1000.0, 1010.0), width=500.0, inter_eye=210.0)


def level(width: int = 2000, height: int = 2600, turned: float = 0.0) -> Level:
    """A picture turned about the head's eyes."""
    angle = math.radians(-turned)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    eyes = np.array(HEAD.eyes)
    return Level(np.column_stack([turn, eyes - turn @ eyes]), width, height, turned)


def planned(profile: Profile = GUIDE, head: Places = HEAD, frame: Level | None = None, **options: bool) -> CropPlan:
    assert profile.prepare is not None
    return solve(head, frame or level(), geometry_limits(profile), profile.prepare, **options)


def corners(plan: CropPlan) -> NDArray[np.float64]:
    """The crop's corners in the upload."""
    w, h = plan.width, plan.height
    grid: NDArray[np.float64] = np.array([(0, 0, 1), (w, 0, 1), (w, h, 1), (0, h, 1)], dtype=float) @ plan.to_upload.T
    return grid


@pytest.mark.parametrize("name", profile_ids("portrait"))
def test_one_ordinary_head_fits_every_profile(name: str) -> None:
    plan = planned(load_profile(name))
    assert plan.broken == ()
    assert min(plan.margins.values()) > 0.05


def test_the_crop_shows_the_head_where_the_limits_want_it() -> None:
    plan = planned()
    (left, top), _, (right, bottom), _ = corners(plan)
    assert (HEAD.chin - HEAD.crowns["hair"]) / (bottom - top) == pytest.approx(0.75, abs=0.03)
    assert 12 / 472 < (HEAD.crowns["hair"] - top) / (bottom - top) < 35 / 472
    assert (left + right) / 2 == pytest.approx(HEAD.eyes[0], abs=0.5)
    assert (right - left) / (bottom - top) == pytest.approx(420 / 560)
    assert plan.enlargement == pytest.approx(420 / (right - left))


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-15, 15),
    st.floats(0.5, 3),
    st.floats(-500, 500),
    st.floats(-500, 500),
    st.sampled_from(["icao", "us-visa"]),
)
def test_a_crop_never_leaves_the_picture(turned: float, size: float, dx: float, dy: float, name: str) -> None:
    def moved(y: float) -> float:
        return 1000 + (y - 1000) * size + dy

    head = Places(
        {name: moved(y) for name, y in HEAD.crowns.items()},
        moved(HEAD.chin), (HEAD.eyes[0] + dx, moved(HEAD.eyes[1])), HEAD.width * size, HEAD.inter_eye * size,
    )  # fmt: skip
    frame = level(turned=turned)
    plan = planned(load_profile(name), head, frame, best_effort=True)
    assert np.all(corners(plan) >= -1e-6)
    assert np.all(corners(plan) <= np.array([frame.width, frame.height]) + 1e-6)


def test_a_turned_crop_is_a_turned_rectangle() -> None:
    plan = planned(frame=level(turned=7))
    assert plan.broken == ()
    first, second = corners(plan)[:2]
    assert math.degrees(math.atan2(*(second - first)[::-1])) == pytest.approx(-7)


@pytest.mark.parametrize(
    ("edge", "frame", "shift"),
    [
        ("top", level(), (0, -590)),
        ("bottom", level(height=1440), (0, 0)),
        ("left", level(), (-740, 0)),
        ("right", level(width=1250), (0, 0)),
        ("sides", level(width=600), (-700, 0)),
    ],
)
def test_too_little_space_names_the_edge(edge: str, frame: Level, shift: tuple[float, float]) -> None:
    dx, dy = shift
    head = Places(
        {name: y + dy for name, y in HEAD.crowns.items()},
        HEAD.chin + dy, (HEAD.eyes[0] + dx, HEAD.eyes[1] + dy), HEAD.width, HEAD.inter_eye,
    )  # fmt: skip
    with pytest.raises(CannotPrepare) as caught:
        planned(head=head, frame=frame)
    assert caught.value.reason == f"space-{edge}"
    assert caught.value.checks
    nearest = planned(head=head, frame=frame, best_effort=True)
    assert set(nearest.broken) == set(caught.value.checks)


def test_limits_that_exclude_each_other_are_named() -> None:
    tall_hair = Places({"hair": 250.0, "skull": 660.0}, HEAD.chin, HEAD.eyes, HEAD.width, HEAD.inter_eye)
    with pytest.raises(CannotPrepare) as caught:
        planned(head=tall_hair)
    assert caught.value.reason == "limits-exclude"
    assert set(caught.value.checks) <= {limit.check for limit in geometry_limits(GUIDE)}


def test_every_reason_is_told_in_both_languages() -> None:
    facts = {"roll": "20°", "limit": "15°", "missing": "8%", "found": "3×4", "wanted": "6×8", "bytes": "3"}
    reasons = ["no-face", "no-target", "roll-too-large", "hair-cut-off", "limits-exclude", "too-few-pixels"]
    reasons += [
        "too-few-bytes",
        "too-many-bytes",
        *(f"space-{edge}" for edge in ("top", "bottom", "left", "right", "sides")),
    ]
    for reason in reasons:
        texts = {CannotPrepare(reason, checks=("head-height",), **facts).text(language) for language in LANGUAGES}
        assert len(texts) == 2
        assert all(text and "{" not in text for text in texts)


def test_a_small_original_makes_a_smaller_file_where_the_profile_takes_it() -> None:
    assert GUIDE.prepare is not None
    plan = planned()
    factor = plan.enlargement / 1.15
    shrunk = CropPlan(plan.to_upload * [factor, factor, 1], plan.width, plan.height, plan.margins, 1.15, plan.level)
    made = fitted(shrunk, GUIDE, GUIDE.prepare, inter_eye=100)
    assert 354 <= made.width < 420
    assert made.height == round(made.width * 4 / 3)
    assert made.enlargement <= 1.1
    assert corners(made) == pytest.approx(corners(shrunk))
    tiny = CropPlan(shrunk.to_upload, plan.width, plan.height, plan.margins, 3.0, plan.level)
    with pytest.raises(CannotPrepare, match="too few pixels"):
        fitted(tiny, GUIDE, GUIDE.prepare, inter_eye=100)
    assert fitted(tiny, GUIDE, GUIDE.prepare, inter_eye=100, best_effort=True).enlargement <= 1


def test_pixels_land_where_the_plan_says() -> None:
    rows, columns = np.mgrid[0:600, 0:500]
    rgb = np.dstack([columns / 2, rows / 2.5, np.zeros_like(rows)]).astype(np.uint8)
    for turned in (0.0, 6.0):
        angle = math.radians(-turned)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        to_upload = np.column_stack([2.0 * turn, (120.0, 140.0)])
        frame = Level(np.column_stack([turn, (0.0, 0.0)]), 500, 600, turned)
        crop = cut(rgb, CropPlan(to_upload, 90, 120, {}, 0.5, frame))
        assert crop.shape == (120, 90, 3)
        x, y = to_upload @ (45.5, 60.5, 1)
        assert crop[60, 45, :2] == pytest.approx([x / 2, y / 2.5], abs=1.5)


def test_scaling_down_lets_no_fine_pattern_alias() -> None:
    fine = np.zeros((1200, 900, 3), np.uint8)
    fine[::2] = 255
    turn = np.eye(2)
    frame = Level(np.eye(2, 3), 900, 1200, 0.0)
    crop = cut(fine, CropPlan(np.column_stack([turn * 3.3, (10.0, 10.0)]), 240, 320, {}, 1 / 3.3, frame))
    assert crop.std() < 8


def test_warping_by_nothing_changes_nothing() -> None:
    rgb = np.random.default_rng(1).integers(0, 255, (40, 30, 3), dtype=np.uint8)
    assert np.array_equal(warp(rgb, np.eye(2, 3), 30, 40, cv2.INTER_LINEAR), rgb)


def noise(width: int, height: int, strength: float) -> NDArray[np.uint8]:
    values = np.random.default_rng(7).normal(150, strength, (height, width, 3))
    return values.clip(0, 255).astype(np.uint8)


def test_the_file_is_plain_and_inside_its_byte_limits() -> None:
    rgb = noise(420, 560, 12)
    made = encode(rgb, file_format="JPEG", dpi=300, size=(20_480, 80_000), lowest_quality=40)
    facts = decode(made.data).facts
    assert 20_480 <= facts.bytes <= 80_000
    assert facts.dpi == (300, 300)
    assert (facts.width, facts.height, facts.mode) == (420, 560, "RGB")
    assert not facts.exif
    assert facts.icc_description is None
    assert facts.app_markers == ("APP0:JFIF",)
    assert facts.jpeg is not None
    assert facts.jpeg.quality == made.quality


def test_more_room_gives_better_quality() -> None:
    rgb = noise(358, 441, 6)
    qualities = [
        encode(rgb, file_format="JPEG", dpi=350, size=(None, most), lowest_quality=30).quality or 0
        for most in (30_000, 45_000, 90_000, None)
    ]
    assert qualities == sorted(qualities)
    assert qualities[-1] == 95


def test_a_least_size_is_reached_by_finer_tables() -> None:
    rgb = noise(300, 400, 3)
    plain = encode(rgb, file_format="JPEG", dpi=300, size=(None, None), lowest_quality=70)
    finer = encode(rgb, file_format="JPEG", dpi=300, size=(len(plain.data) + 2000, None), lowest_quality=70)
    assert (finer.quality or 0) > (plain.quality or 0)
    assert len(finer.data) >= len(plain.data) + 2000


def test_sizes_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(CannotEncode) as many:
        encode(noise(420, 560, 60), file_format="JPEG", dpi=300, size=(None, 20_000), lowest_quality=85)
    assert many.value.side == "many"
    with pytest.raises(CannotEncode) as few:
        encode(
            np.full((400, 300, 3), 200, np.uint8), file_format="JPEG", dpi=300, size=(50_000, None), lowest_quality=85
        )
    assert few.value.side == "few"


def test_png_keeps_every_pixel() -> None:
    rgb = noise(60, 80, 30)
    made = encode(rgb, file_format="PNG", dpi=300, size=(None, None), lowest_quality=85)
    assert np.array_equal(decode(made.data).rgb, rgb)
    assert decode(made.data).facts.dpi == pytest.approx((300, 300), abs=0.01)


def original(*, turned: float = 0.0, scale: float = 3.0, below: int = 0) -> Portrait:
    """The NASA portrait as a phone original: enlarged, turned about the face, with rows cut off at the top."""
    rgb = cv2.resize(astronaut(), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((224 * scale, 110 * scale), turned, 1.0)
    rgb = cv2.warpAffine(rgb, turn, rgb.shape[1::-1], borderMode=cv2.BORDER_REFLECT)[below:]
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=95, exif=_phone_exif())
    return Portrait(decode(file.getvalue()))


def _phone_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0110] = "Phone"
    return exif


@pytest.mark.parametrize("turned", [0.0, 9.0, -4.0])
def test_a_phone_original_becomes_the_profiles_file(turned: float) -> None:
    photo = original(turned=turned)
    made = prepare_file(photo, GUIDE)
    facts = made.picture.facts
    assert made.data[:3] == b"\xff\xd8\xff"
    assert not facts.exif
    assert abs(Portrait(made.picture).pose.roll) < 3
    report = assess(Portrait(made.picture), GUIDE, as_of=date(2026, 11, 22))
    failing = [
        finding.check
        for finding in report.findings
        if finding.check
        in {limit.check for limit in geometry_limits(GUIDE)} | {"file-bytes", "pixel-size", "aspect-ratio"}
        and finding.outcome is not Outcome.PASS
    ]
    assert failing == []


def test_neither_person_nor_background_changes() -> None:
    photo = original(turned=4.0)
    made = prepare_file(photo, GUIDE)
    rows, columns = np.mgrid[20:540:20, 20:400:20]
    places = np.stack([columns.ravel() + 0.5, rows.ravel() + 0.5, np.ones(rows.size)])
    x, y = made.plan.to_upload @ places
    smooth = cv2.GaussianBlur(photo.rgb, (0, 0), 3)
    there = smooth[y.astype(int), x.astype(int)].astype(int)
    here = cv2.GaussianBlur(made.picture.rgb, (0, 0), 3)[rows.ravel(), columns.ravel()].astype(int)
    assert np.abs(there - here).mean() < 4
    assert abs((there - here).mean()) < 1


def test_what_cannot_be_prepared_says_why_and_still_has_a_nearest_crop() -> None:
    cut_off = original(below=60)
    with pytest.raises(CannotPrepare) as caught:
        prepare_file(cut_off, GUIDE)
    assert caught.value.reason in ("hair-cut-off", "space-top")
    crop = crop_for(cut_off, GUIDE)
    assert crop.subject is not None
    report = assess(cut_off, GUIDE, as_of=date(2026, 11, 22), intake="original", crop=crop)
    margin = next(finding for finding in report.findings if finding.check == "crown-margin")
    assert margin.outcome is not Outcome.PASS


def test_a_head_tilted_too_far_is_not_levelled() -> None:
    with pytest.raises(CannotPrepare) as caught:
        prepare_file(original(turned=28), GUIDE)
    assert caught.value.reason == "roll-too-large"
    assert prepare_file(original(turned=28), GUIDE, best_effort=True).plan.level.turned == 0


def test_too_few_pixels() -> None:
    with pytest.raises(CannotPrepare) as caught:
        prepare_file(original(scale=1), GUIDE)
    assert caught.value.reason == "too-few-pixels"


def test_without_a_face_there_is_no_crop() -> None:
    empty = Portrait(decode(_encoded(np.full((600, 500, 3), 180, np.uint8))))
    with pytest.raises(CannotPrepare) as caught:
        prepare_file(empty, GUIDE)
    assert caught.value.reason == "no-face"
    crop = crop_for(empty, GUIDE)
    assert (crop.subject, crop.reason) == (None, "no-face")


def test_the_same_original_gives_the_same_file() -> None:
    assert prepare_file(original(), GUIDE).data == prepare_file(original(), GUIDE).data


def _encoded(rgb: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG")
    return file.getvalue()


def test_a_head_that_lies_down_gives_no_crop_and_says_why():
    rgb = np.ascontiguousarray(np.rot90(draw(width=600, height=800), 2))
    crop = crop_for(Portrait(decode(encode_picture(rgb, format="PNG"))), load_profile("icao"))
    assert (crop.subject, crop.reason) == (None, "too-tilted")

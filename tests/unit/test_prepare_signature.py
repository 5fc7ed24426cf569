"""The file that is made of a signature."""

import io
from datetime import date

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from photocheck.cli import app
from photocheck.decode import decode
from photocheck.engine import assess
from photocheck.features.signature.signature import Signature
from photocheck.finding import Outcome
from photocheck.prepare import CannotPrepare
from photocheck.prepare.signature import prepare_signature
from photocheck.profile import load_profile
from samples.maker.encode import encode
from samples.maker.handwriting.picture import random_signature_picture

PROFILE = load_profile("cn-exit-entry-signature")


def signature(seed, defect=None, medium="scan"):
    made = random_signature_picture(seed, defect=defect, medium=medium, script="han")
    return Signature(decode(encode(made.rgb, format="PNG"))), made


@pytest.mark.parametrize("defect", [None, "ruled", "falloff", "rotated-90"])
def test_what_is_made_passes_what_the_file_can_mend(defect):
    subject, _ = signature(3, defect, "photo" if defect == "falloff" else "scan")
    prepared = prepare_signature(subject, PROFILE)
    report = assess(prepared.subject, PROFILE, as_of=date(2026, 11, 22))
    mended = {"file-format", "paper-plain", "paper-shadow", "signature-size", "signature-level", "signature-complete"}
    told = {finding.check: finding.outcome for finding in report.findings if finding.check in mended}
    assert told == dict.fromkeys(mended, Outcome.PASS)


def test_paper_is_white_and_ink_as_dark_as_it_was():
    subject, _ = signature(3)
    prepared = prepare_signature(subject, PROFILE)
    pixels = prepared.picture.rgb.min(axis=2)
    assert (pixels == 255).mean() > 0.6
    assert pixels.min() <= subject.rgb.min() + 25


def test_strokes_are_not_thickened():
    subject, _ = signature(3)
    prepared = prepare_signature(subject, PROFILE)
    before = np.count_nonzero(subject.panel.ink.mask) * prepared.enlargement**2
    after = np.count_nonzero(prepared.subject.panel.ink.mask)
    assert after == pytest.approx(before, rel=0.12)


def test_the_map_leads_back_to_the_ink_in_the_upload():
    subject, made = signature(2, "rotated-90")
    prepared = prepare_signature(subject, PROFILE)
    assert round(prepared.turn / 90) == 1
    ys, xs = np.nonzero(prepared.picture.rgb.min(axis=2) < 60)
    points = np.column_stack([xs + 0.5, ys + 0.5, np.ones(len(xs))]) @ prepared.subject.to_upload.T
    column, row = np.floor(points).astype(int).T
    assert made.ink_mask[row, column].mean() > 0.9


def test_see_through_paper():
    transparent = PROFILE.model_copy(update={"prepare": PROFILE.prepare.model_copy(update={"transparent": True})})
    prepared = prepare_signature(signature(3)[0], transparent)
    alpha = np.asarray(Image.open(io.BytesIO(prepared.data)).getchannel("A"))
    assert (alpha == 0).mean() > 0.6
    assert alpha.max() == 255
    assert len(np.unique(alpha)) > 20


@pytest.mark.parametrize(
    ("seed", "defect", "reason"),
    [(2, "empty", "no-signature"), (4, "vertical", "vertical"), (3, "coarse", "too-few-pixels")],
)
def test_what_cannot_be_mended_is_said(seed, defect, reason):
    with pytest.raises(CannotPrepare) as refusal:
        prepare_signature(signature(seed, defect)[0], PROFILE)
    assert refusal.value.reason == reason
    assert refusal.value.text("zh-CN") != refusal.value.text("en")


def test_the_command_makes_the_file(tmp_path):
    made = random_signature_picture(3, medium="scan", script="han")
    (tmp_path / "name.png").write_bytes(encode(made.rgb, format="PNG"))
    out = tmp_path / "out.png"
    arguments = ["prepare", str(tmp_path / "name.png"), "-o", str(out), "--profile", "cn-exit-entry-signature"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    with Image.open(out) as picture:
        assert picture.size == (600, 300)

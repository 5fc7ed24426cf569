"""The table of checks: no collisions, no undocumented check, everything that the design names."""

import re

import pytest

from photocheck.finding import passed
from photocheck.messages import LANGUAGES, check_wording
from photocheck.profile import load_profile, profile_ids
from photocheck.registry import all_checks, check, find_check

FAMILIES = {
    "FIL": "file-format file-bytes pixel-size aspect-ratio resolution-dpi colour-mode jpeg-quality edited-software "
    "capture-age multi-frame kind-matches",
    "GEO": "single-face head-height head-width crown-margin chin-margin eye-line horizontal-centre inter-eye-distance "
    "perspective",
    "POS": "roll yaw pitch shoulders-level",
    "EYE": "eyes-open gaze red-eye eyes-visible glasses-tint glasses-glare glasses-frame",
    "FAC": "mouth-closed expression face-cover head-cover eyebrows-visible ears-visible make-up",
    "LUM": "exposure illumination-uniformity face-shadow hot-spot skin-colour washed-out saturation",
    "BKG": "background-colour background-uniformity background-shadow background-object background-contrast "
    "image-border",
    "QUA": "sharpness motion-blur noise compression pixelation posterisation ink-or-crease print-scan screen-recapture",
    "RET": "skin-smoothing skin-whitening face-reshaping background-replaced generated-face retouched",
    "CAP": "card-found card-single card-side card-type card-complete card-occluded card-sharpness card-glare card-exposure "
    "card-resolution card-perspective card-watermark",
    "AUT": "card-copy card-screen card-screenshot card-temporary card-edited",
    "FLD": "fields-legible number-checksum number-region number-birth number-sex name-plausible nation-listed "
    "authority-plausible validity-span validity-age validity-current",
    "SIG": "signature-found signature-single signature-complete signature-size signature-level character-gap ink-colour "
    "ink-contrast signature-sharpness paper-plain paper-shadow signature-seal signature-printed signature-corrected "
    "signature-name",
}
CHECKS = all_checks()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_check_of_the_family_is_there_in_its_order(family):
    expected = [f"{family}{number:02}" for number in range(1, len(FAMILIES[family].split()) + 1)]
    found = [known for known in CHECKS if known.code.startswith(family)]
    assert [known.code for known in found] == expected
    assert [known.name for known in found] == FAMILIES[family].split()


@pytest.mark.parametrize("known", CHECKS, ids=lambda known: known.name)
def test_every_check_is_documented(known):
    assert re.search(r"^Why: ", known.doc, re.MULTILINE), "the docstring says why"
    assert re.search(r"^Source: ", known.doc, re.MULTILINE), "the docstring names its source"
    assert len(known.doc.splitlines()[0]) > 15


@pytest.mark.parametrize("known", CHECKS, ids=lambda known: known.name)
def test_every_check_is_worded_alike_in_both_languages(known):
    chinese, english = (check_wording(known.name, language) for language in LANGUAGES)
    assert chinese.keys() == english.keys()
    assert {"title", "pass"} <= chinese.keys()
    for key, text in english.items():
        assert set(re.findall(r"\{(\w+)", text)) == set(re.findall(r"\{(\w+)", chinese[key])), key


@pytest.mark.parametrize("known", CHECKS, ids=lambda known: known.name)
def test_every_check_is_used_by_some_profile(known):
    assert any(known in [used for used, _ in load_profile(name).checks()] for name in profile_ids())


def test_a_second_check_of_a_name_is_refused():
    with pytest.raises(ValueError, match="twice"):

        @check("FIL77", "roll", kind="any", since="0.1")
        def again(subject):
            """Same name."""
            return passed()


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match="family"):

        @check("XYZ01", "nowhere", kind="any", since="0.1")
        def nowhere(subject):
            """No family."""
            return passed()


def test_a_check_without_a_docstring_is_refused():
    with pytest.raises(ValueError, match="docstring"):
        check("FIL78", "silent", kind="any", since="0.1")(lambda subject: passed())


def test_checks_are_found_by_code_in_any_case_and_by_name():
    assert find_check("geo02") is find_check("head-height") is not None
    assert find_check("nothing") is None

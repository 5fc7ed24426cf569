"""The gate over mutated files: a picture or the typed error, nothing else."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photocheck.decode import UnreadableImage, decode
from tests.fuzz.mutate import MUTATIONS, mutated
from tests.fuzz.seeds import seeds

MAGIC = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\0\0\0\0WEBPVP8",
    b"BM",
    b"II*\0",
    b"MM\0+",
    b"\0\0\0\x18ftypheic",
)


def pass_gate(data: bytes) -> None:
    try:
        picture = decode(data)
    except UnreadableImage as error:
        sentence = str(error)
    else:
        sentence = ""
    if sentence:
        assert sentence.endswith(".")
        return
    facts = picture.facts
    assert picture.rgb.shape == (facts.height, facts.width, 3)
    assert picture.rgb.dtype == np.uint8
    assert picture.rgb.flags.c_contiguous
    assert not picture.rgb.flags.writeable
    assert len(facts.sha256) == 64
    assert facts.frames >= 1
    assert 1 <= facts.orientation <= 8


@pytest.mark.parametrize("name", sorted(seeds()))
def test_seed_decodes(name: str) -> None:
    if name == "heic":
        pytest.importorskip("pi_heif")
    decode(seeds()[name])


def test_mutations_are_deterministic() -> None:
    assert [mutated(seeds(), index, 3) for index in range(40)] == [mutated(seeds(), index, 3) for index in range(40)]


@pytest.mark.parametrize("block", range(10))
def test_mutated_files(block: int) -> None:
    for index in range(block * 50, block * 50 + 50):
        pass_gate(mutated(seeds(), index, seed=20)[1])


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(seeds())), source=st.randoms(use_true_random=False), data=st.data())
def test_mutations_chosen_by_hypothesis(name: str, source: object, data: st.DataObject) -> None:
    changed = seeds()[name]
    for mutation in data.draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=6)):
        changed = mutation(changed, source, seeds())
    pass_gate(changed)


@settings(max_examples=150, deadline=None)
@given(magic=st.sampled_from(MAGIC), body=st.binary(max_size=400))
def test_anything_behind_a_magic_number(magic: bytes, body: bytes) -> None:
    pass_gate(magic + body)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(seeds())),
    edits=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5
    ),
)
def test_bytes_overwritten_anywhere(name: str, edits: list[tuple[float, bytes]]) -> None:
    changed = bytearray(seeds()[name])
    for share, replacement in edits:
        at = int(share * len(changed))
        changed[at : at + len(replacement)] = replacement
    pass_gate(bytes(changed))

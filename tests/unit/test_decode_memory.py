"""The gate's memory bound: 20 bytes a pixel, three times the file, and 64 MB, by a limit on the child's address space."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.test_decode import encode, portrait

WIDTH, HEIGHT = 3000, 2000
BOUND = 20 * WIDTH * HEIGHT + 64_000_000
CHILD = """
import json, resource, sys
from pathlib import Path
from photocheck.decode import UnreadableImage, decode
from tests.fuzz.seeds import seeds
for name, data in seeds().items():  # load every decoder first
    if name != "heic":
        decode(data)
data = Path(sys.argv[1]).read_bytes()
in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = in_use + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    print(json.dumps(decode(data).rgb.shape))
except UnreadableImage as error:
    print(json.dumps(error.code))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and limits the address space")


def decode_within(path: Path, room: int) -> object:
    command = [sys.executable, "-c", CHILD, str(path), str(room)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return json.loads(done.stdout)


def large() -> Image.Image:
    return portrait().resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)


def see_through() -> Image.Image:
    image = large().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


@pytest.mark.parametrize("kind", ["jpeg-progressive-cmyk", "webp-alpha", "tiff-one-strip"])
def test_peak_memory_is_bounded(kind: str, tmp_path: Path) -> None:
    """The three kinds that need most, as measured."""
    if kind == "jpeg-progressive-cmyk":
        data = encode(large().convert("CMYK"), "JPEG", progressive=True, subsampling=0)
    elif kind == "webp-alpha":
        data = encode(see_through(), "WEBP", quality=30, method=0)
    else:
        data = encode(large().convert("CMYK"), "TIFF", compression="tiff_adobe_deflate", strip_size=1_000_000_000)
    path = tmp_path / kind
    path.write_bytes(data)
    assert decode_within(path, BOUND + 3 * len(data)) == [HEIGHT, WIDTH, 3]


def test_too_little_memory_is_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(encode(large(), "JPEG"))
    assert decode_within(path, 8_000_000) == "out-of-memory"


def test_a_bomb_costs_nothing(tmp_path: Path) -> None:
    """50 MB of nothing in one small file is refused before a decoder sees it."""
    path = tmp_path / "bomb.png"
    path.write_bytes(encode(Image.new("1", (15_000, 15_000)), "PNG"))
    assert path.stat().st_size < 50_000
    assert decode_within(path, 2_000_000) == "too-many-pixels"

"""What batch promises, measured: throughput beside the floor, kills and resumes, flat memory.

    python -m tests.bench.archive throughput [--count 1200] [--profile cn-exit-entry]
    python -m tests.bench.archive kills [--count 100000] [--kills 20] [--profile tiny]
    python -m tests.bench.archive ray [--count 100000]      once on Ray, a worker killed
    python -m tests.bench.archive memory [--count 20000] [--profile cn-exit-entry] [--recycle N]

Inputs are generated: tiny pictures for the small profile `tiny`, else variants of NASA's public-domain portrait of
scikit-image, of which a manifest names each file many times. Nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from tests.archive.makers import write_profile, write_zip

AS_OF = date(2026, 1, 1)
FILES = 100
SIZE = (420, 560)


def portraits(folder: Path, count: int) -> Path:
    """A manifest of that many inputs over a hundred different portrait files."""
    import numpy as np
    from PIL import Image
    from skimage.data import astronaut

    base = Image.fromarray(astronaut()[0:300, 112:337])
    for number in range(FILES):
        chance = np.random.default_rng(number)
        picture = base.rotate(chance.uniform(-6, 6), Image.Resampling.BICUBIC).resize(SIZE, Image.Resampling.BICUBIC)
        noisy = np.asarray(picture, np.float32) * chance.uniform(0.6, 1.2) + chance.normal(0, 3, (SIZE[1], SIZE[0], 1))
        file = io.BytesIO()
        pixels = np.clip(noisy, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(file, "JPEG", quality=int(chance.integers(70, 96)))
        (folder / f"{number:03d}.jpg").write_bytes(file.getvalue())
    path = folder / "manifest.csv"
    rows = [f"{number:07d},{number % FILES:03d}.jpg,{number % 7}" for number in range(count)]
    path.write_text("\n".join(["id,path,group", *rows]), "utf-8")
    return path


def source(folder: Path, profile: str, count: int) -> tuple[Path, str]:
    """An archive for a profile, and the profile's id or path."""
    if profile != "tiny":
        return portraits(folder, count), profile
    return write_zip(folder / "tiny.zip", count), write_profile(folder)


def command(path: Path, out: Path, profile: str, *more: str) -> list[str]:
    """The command that scores it."""
    asked = ["--profile", profile, "--kind", "portrait", "--as-of", str(AS_OF), "--lang", "en", "--no-pictures"]
    return [sys.executable, "-m", "photocheck", "batch", str(path), "--out", str(out), *asked, *more]


def throughput(folder: Path, profile: str, count: int) -> None:
    """Pictures a second: the floor, in this process, one worker, two workers; start-up left out.

    Beside it processor time, that of the driver included: it says the same on a machine that others use too.
    """
    from photocheck.archive.batch import Options, batch
    from photocheck.archive.settings import Settings
    from photocheck.archive.tally import Tally

    path, profile = source(folder, profile, count)
    floor, inside = _in_process(folder, profile, min(count, 600))
    print(
        "| | pictures a second | times one worker | times the process | processor ms a picture |\n|---|---|---|---|---|"
    )
    print(f"| floor: decode, face mesh, person mask | {floor[0]:.1f} | | {floor[0] / inside[0]:.2f} | {floor[1]:.1f} |")
    print(f"| in this process | {inside[0]:.1f} | | 1.00 | {inside[1]:.1f} |", flush=True)
    one = 0.0
    for workers in (1, 2):
        seen: list[tuple[float, float, int]] = []

        def watch(tally: Tally, seen: list[tuple[float, float, int]] = seen) -> None:
            if not seen or tally.done > seen[-1][2]:
                seen.append((time.perf_counter(), _processor_seconds(), tally.done))

        settings = Settings(AS_OF, profile, "portrait", language="en")
        options = Options(workers=workers, recycle=10 * count, shard_rows=50)
        batch(str(path), folder / f"out-{workers}", settings, options, watch=watch)
        begun = next(row for row in seen if row[2] >= 100 * workers)  # the nets are loaded in every worker
        last = next(row for row in seen if row[2] >= count - 50 * workers)  # every worker still has work
        seconds, processor, done = (end - start for start, end in zip(begun, last, strict=True))
        rate = done / seconds
        one = one or rate
        name = "1 worker" if workers == 1 else f"{workers} workers"
        ratios = f"{rate / one:.2f} | {rate / inside[0]:.2f}"
        print(f"| {name} | {rate:.1f} | {ratios} | {1000 * processor / done:.1f} |", flush=True)
    written = sum(
        file.stat().st_size for file in (folder / "out-1").glob("*/part-*.parquet") if file.parent.name != "plan"
    )
    print(f"\n{written / count:.0f} bytes of tables a picture")


def _in_process(folder: Path, profile: str, count: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Pictures a second, and processor ms a picture, of the floor and of all checks, taking turns."""
    import cv2
    from mediapipe.python.solutions import face_mesh, selfie_segmentation

    from photocheck.decode import decode
    from photocheck.intake import Request, check_picture

    cv2.setNumThreads(1)
    mesh = face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1, refine_landmarks=True)
    person = selfie_segmentation.SelfieSegmentation(model_selection=0)
    files = sorted(folder.glob("*.jpg"))
    request = Request(AS_OF, profile, "portrait")

    def floor(path: Path) -> None:
        rgb = decode(path.read_bytes()).rgb
        mesh.process(rgb)
        person.process(rgb)

    def checks(path: Path) -> None:
        check_picture(decode(path.read_bytes()), request)

    spent = [[0.0, 0.0], [0.0, 0.0]]
    for number in range(-5, count):
        for place, task in enumerate((floor, checks)):
            started, processor = time.perf_counter(), time.process_time()
            task(files[number % len(files)])
            spent[place][0] += (time.perf_counter() - started) * (number >= 0)
            spent[place][1] += (time.process_time() - processor) * (number >= 0)
    rates = [(count / wall, 1000 * processor / count) for wall, processor in spent]
    return rates[0], rates[1]


def _processor_seconds() -> float:
    """Of this process and of those below it."""
    ticks = 0
    for pid in _descendants(os.getpid()):
        with suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def kills(folder: Path, profile: str, count: int, times: int) -> None:
    """Kill the driver with -9 at random moments, resume, and compare with an undisturbed run."""
    from tests.archive.reading import findings, images

    path, profile = source(folder, profile, count)
    started = time.monotonic()
    _quietly(command(path, folder / "whole", profile, "--workers", "2"))
    print(f"{count} inputs undisturbed: {time.monotonic() - started:.0f} s", flush=True)
    out = folder / "killed"
    again = command(path, out, profile, "--workers", "2")
    chance = random.Random(0)
    # Some while it lists and plans, most while it scores, some while it merges and proves.
    moments = [-1, -1, *sorted(chance.randrange(count) for _ in range(max(0, times - 4))), count, count]
    killed = 0
    for moment in moments[:times]:
        process = subprocess.Popen(again, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and _done(out, count) < moment:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.2, 3.0) if moment < 0 else chance.uniform(0.0, 0.3))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    _quietly(again)
    _compare(images(folder / "whole"), images(folder / "killed"), count, "images", killed)
    _compare(findings(folder / "whole"), findings(folder / "killed"), None, "findings", killed)


def ray(folder: Path, profile: str, count: int) -> None:
    """The same on Ray, one of its workers killed on the way."""
    from tests.archive.reading import findings, images

    path, profile = source(folder, profile, count)
    _quietly(command(path, folder / "whole", profile, "--workers", "2"))
    environment = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    out = folder / "ray"
    process = subprocess.Popen(
        command(path, out, profile, "--workers", "2", "--engine", "ray"),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    killed = 0
    while process.poll() is None:
        time.sleep(0.5)
        if not killed and len(list(out.rglob("*.images.parquet"))) >= 3:
            workers = [pid for pid in _descendants(process.pid) if "_score" in _name(pid)]
            for pid in workers[:1]:
                os.kill(pid, signal.SIGKILL)
                killed += 1
    assert process.returncode == 0, process.returncode
    _compare(images(folder / "whole"), images(out), count, "images", killed)
    _compare(findings(folder / "whole"), findings(out), None, "findings", killed)


def memory(folder: Path, profile: str, count: int, recycle: int) -> None:
    """Resident memory of driver and workers, after the first 5,000 inputs and at the end."""
    path, profile = source(folder, profile, count)
    out = folder / "out"
    line = command(path, out, profile, "--workers", "2", "--recycle", str(recycle), "--shard-size", "250")
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen: list[tuple[int, float, float]] = []
    while process.poll() is None:
        time.sleep(1.0)
        workers = [_resident(pid) for pid in _descendants(process.pid) if "spawn_main" in _name(pid)]
        if done := _done(out, count):
            seen.append((done, _resident(process.pid), max(workers, default=0.0)))
    _report("driver", [(done, driver) for done, driver, _ in seen], count)
    _report("largest worker", [(done, worker) for done, _, worker in seen], count)


def _done(out: Path, count: int) -> int:
    """Inputs whose rows are written: shards, and parts of 20,000."""
    shards = [path.name for path in out.glob("shards/*/*.images.parquet")]
    scored = sum(int(name[6:11]) - int(name[:5]) for name in shards)
    return min(count, scored + 20_000 * len(list(out.glob("images/part-*.parquet"))))


def _report(what: str, seen: list[tuple[int, float]], count: int) -> None:
    first = [size for done, size in seen if 5000 <= done < 6000] or [seen[-1][1]]
    last = [size for done, size in seen if done >= 0.95 * count] or [seen[-1][1]]
    early, late = sum(first) / len(first), sum(last) / len(last)
    print(f"{what}: {early:.0f} MB after 5,000, {late:.0f} MB at the end ({late / early - 1:+.1%})", flush=True)


def _compare(whole: dict[Any, Any], other: dict[Any, Any], count: int | None, what: str, killed: int) -> None:
    assert count is None or len(other) == count, len(other)
    assert whole == other, f"{what} differ"
    print(f"{what}: {len(other)} rows after {killed} kills, each once, equal to the undisturbed run's", flush=True)


def _quietly(line: list[str]) -> None:
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _descendants(pid: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        found = [int(child) for child in children]
        return found + [below for child in found for below in _descendants(child)]
    return []


def _name(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    return ""


def _resident(pid: int) -> float:
    """Megabytes in RAM."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * 4096 / 1e6
    return 0.0


def main() -> None:
    """Measure one promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("throughput", "kills", "ray", "memory"))
    parser.add_argument("--count", type=int)
    parser.add_argument("--profile")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--recycle", type=int, default=1_000_000, help="by default no worker is replaced")
    options = parser.parse_args()
    tasks: dict[str, tuple[int, str, Callable[[Path, str, int], None]]] = {
        "throughput": (1200, "cn-exit-entry", throughput),
        "kills": (100_000, "tiny", lambda folder, profile, count: kills(folder, profile, count, options.kills)),
        "ray": (100_000, "tiny", ray),
        "memory": (
            20_000,
            "cn-exit-entry",
            lambda folder, profile, count: memory(folder, profile, count, options.recycle),
        ),
    }
    count, profile, task = tasks[options.what]
    with tempfile.TemporaryDirectory(prefix="photocheck-bench-") as folder:
        task(Path(folder), options.profile or profile, options.count or count)


if __name__ == "__main__":
    main()

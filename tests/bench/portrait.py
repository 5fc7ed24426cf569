"""How long one portrait takes, beside the floor measured in the same run: decode, face mesh and person mask alone.

    python -m tests.bench.portrait [--rounds 25] [--profile cn-exit-entry]

Each size runs in a process of its own on one core; floor and checks take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

SIZES = {"1 MP": (1024, 1024), "12 MP": (3456, 3456)}


def portrait_jpeg(size: tuple[int, int]) -> bytes:
    """NASA's public-domain portrait of scikit-image at a size, with grain, so that it compresses like a photo."""
    import numpy as np
    from PIL import Image
    from skimage.data import astronaut

    picture = Image.fromarray(astronaut()[0:300, 74:374]).resize(size, Image.Resampling.BICUBIC)
    grain = np.random.default_rng(0).normal(0.0, 3.0, (size[1], size[0], 1))
    pixels = np.clip(np.asarray(picture, np.float32) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()


def measure(size: tuple[int, int], rounds: int, profile_id: str) -> None:
    """Print a table row for one size."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    data = portrait_jpeg(size)
    import cv2
    from mediapipe.python.solutions import face_mesh, selfie_segmentation

    from photocheck.decode import decode
    from photocheck.intake import Request, check_picture

    cv2.setNumThreads(1)
    mesh = face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1, refine_landmarks=True)
    person = selfie_segmentation.SelfieSegmentation(model_selection=0)

    def floor() -> None:
        rgb = decode(data).rgb
        mesh.process(rgb)
        person.process(rgb)

    def checks(intake: str) -> None:
        check_picture(decode(data), Request(date(2026, 1, 1), profile_id, "portrait", intake))

    tasks = {"floor": floor, "final": lambda: checks("final"), "original": lambda: checks("original")}
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(rounds):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            spent[name].append((time.perf_counter() - started) * 1000.0)
    middle = {name: f"{statistics.median(times):.1f} ({min(times):.1f})" for name, times in spent.items()}
    ratio = statistics.median(check / base for check, base in zip(spent["final"], spent["floor"], strict=True))
    cells = [f"{size[0]}×{size[1]}", middle["floor"], middle["final"], f"{ratio:.2f}", middle["original"]]
    print(f"| {' | '.join(cells)} |", flush=True)


def measure_memory(path: Path, profile_id: str) -> None:
    """Print the peak memory of a process that checks one file, both intakes."""
    from photocheck.decode import read
    from photocheck.intake import Request, check_picture

    for intake in ("final", "original"):
        check_picture(read(path), Request(date(2026, 1, 1), profile_id, "portrait", intake))
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text("utf-8")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(f"peak memory of a process that checks {path.stem}: {peak:.0f} MB", flush=True)


def import_time() -> float:
    """Seconds until the command line answers `--help`, median of five."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "photocheck", "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Run every size, or one of them in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--profile", default="cn-exit-entry")
    parser.add_argument("--size", choices=SIZES, help="only this size, in this process")
    parser.add_argument("--memory", type=Path, metavar="FILE", help="only the peak memory of checking this file")
    options = parser.parse_args()
    if options.memory:
        measure_memory(options.memory, options.profile)
        return
    if options.size:
        measure(SIZES[options.size], options.rounds, options.profile)
        return
    print(f"profile {options.profile}, {options.rounds} rounds, one core; milliseconds: median (best)\n")
    print("| picture | floor | all checks, final | ratio | all checks, original |")
    print("|---|---|---|---|---|", flush=True)
    for size in SIZES:  # a process each: nothing of one size is warm or in memory for the next
        command = [sys.executable, "-m", "tests.bench.portrait", "--size", size, "--rounds", str(options.rounds)]
        subprocess.run([*command, "--profile", options.profile], check=True)
    print(flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, size in SIZES.items():
            path = Path(folder) / f"{name}.jpg"
            path.write_bytes(portrait_jpeg(size))
            command = [
                sys.executable,
                "-m",
                "tests.bench.portrait",
                "--memory",
                str(path),
                "--profile",
                options.profile,
            ]
            subprocess.run(command, check=True)
    print(f"\nimport: `photocheck --help` answers in {import_time():.2f} s")


if __name__ == "__main__":
    main()

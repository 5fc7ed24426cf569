"""Run mutated files through the gate in child processes under a memory limit and a timeout, and count what happens.

    python tests/fuzz/run_gate.py --count 10000 --seed 0

Exit code 1 if a child crashed, hung, raised anything but the typed error, ran out of memory, or printed.
A failing file is made again by `--show INDEX`, which writes it to stdout.
"""

import argparse
import resource
import selectors
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from photocheck.decode import DEFAULT_LIMITS, UnreadableImage, decode
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import seeds

BASE_BYTES = 1_500_000_000
"""Address space of an idle child: libraries and thread stacks, most of it never touched."""
BOUND = BASE_BYTES + 20 * DEFAULT_LIMITS.max_pixels + 64_000_000
TIMEOUT_SECONDS = 20.0
MAX_TROUBLES = 20


@dataclass
class Tally:
    """Counts over the run."""

    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    slowest: tuple[float, int, str] = (0.0, -1, "")
    peak_kilobytes: int = 0


def chosen(only: str) -> dict[str, bytes]:
    """The seed files whose name begins so."""
    return {name: data for name, data in seeds().items() if name.startswith(only)}


def work(start: int, stop: int, seed: int, only: str) -> None:
    """The child: one line a file, `index kind outcome seconds peak-kilobytes`."""
    files = chosen(only)
    resource.setrlimit(resource.RLIMIT_AS, (BOUND, BOUND))
    for index in range(start, stop):
        kind, data = mutated(files, index, seed)
        begun = time.perf_counter()
        try:
            decode(data)
            outcome = "decoded"
        except UnreadableImage as error:
            outcome = error.code if str(error) else "wordless"
        spent = time.perf_counter() - begun
        print(index, kind, outcome, f"{spent:.4f}", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)


def watch(start: int, stop: int, options: list[str], tally: Tally) -> int:
    """Run one child until it ends or hangs; returns the index to go on from."""
    command = [sys.executable, __file__, "--work", str(start), "--count", str(stop), *options]
    with tempfile.TemporaryFile("w+") as noise, selectors.DefaultSelector() as selector:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=noise, text=True, bufsize=1) as child:
            assert child.stdout is not None
            selector.register(child.stdout, selectors.EVENT_READ)
            following, hung = start, False
            while True:
                if not selector.select(TIMEOUT_SECONDS):
                    child.kill()
                    hung = True
                    break
                line = child.stdout.readline()
                if not line:
                    break
                index, kind, outcome, spent, peak = line.split()
                following = int(index) + 1
                tally.outcomes[outcome] += 1
                tally.slowest = max(tally.slowest, (float(spent), int(index), kind))
                tally.peak_kilobytes = max(tally.peak_kilobytes, int(peak))
                if outcome in ("out-of-memory", "wordless"):
                    tally.troubles.append(f"{index} ({kind}): {outcome}")
        noise.seek(0)
        printed = noise.read().strip()
    if hung or child.returncode:
        what = "hung" if hung else f"ended with {child.returncode}"
        tally.outcomes["hang" if hung else "crash"] += 1
        tally.troubles.append(f"{following}: {what}\n{printed[-1500:]}")
        return following + 1
    if printed:
        tally.troubles.append(f"{start}-{stop}: printed {printed[:300]!r}")
    return stop


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="seed files whose name begins so, e.g. heic")
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--show", type=int)
    arguments = parser.parse_args()
    if arguments.show is not None:
        sys.stdout.buffer.write(mutated(chosen(arguments.only), arguments.show, arguments.seed)[1])
        return 0
    if arguments.work is not None:
        work(arguments.work, arguments.count, arguments.seed, arguments.only)
        return 0
    made = len(chosen(arguments.only))
    options = ["--seed", str(arguments.seed), "--only", arguments.only]
    tally, at, begun = Tally(), 0, time.monotonic()
    while at < arguments.count:
        # A fresh child every thousand files, so that a leak or a spoiled state does not hide.
        at = watch(at, min(at + 1000, arguments.count), options, tally)
        if len(tally.troubles) >= MAX_TROUBLES:
            break
    print(f"{at} mutated files of {made} seeds, seed {arguments.seed}, {time.monotonic() - begun:.0f} s")
    for outcome, count in tally.outcomes.most_common():
        print(f"{count:7d}  {outcome}")
    print(f"peak memory of a child {tally.peak_kilobytes / 1000:.0f} MB; slowest {tally.slowest}")
    print(*tally.troubles, sep="\n") if tally.troubles else print(
        "no crash, no hang, no stray output, every refusal typed"
    )
    return 1 if tally.troubles else 0


if __name__ == "__main__":
    sys.exit(main())

"""Kill a smoke run with SIGKILL at random times, resume it, and compare the outputs.

    PYTHONPATH=workflow:tests .venv/bin/python tests/workflow/kill_many_times.py --times 10 [--targets all]

Each run starts without results, is killed after a random fraction of the undisturbed run time, and
is resumed by the documented command. The script prints one line per run, and the number of
manifests that equal that of the undisturbed run.
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from disturb import TARGETS, manifest, outputs, resume, start

from checkouts import Checkout, copy_tree, reproducible


def undisturbed(place: Checkout, targets: list[str]) -> tuple[dict[str, str], float]:
    """Return the digests of a run, and its duration once kernels are compiled."""
    place.smoke(*targets)
    shutil.rmtree(place.root / "results/smoke")
    begun = time.monotonic()
    place.smoke(*targets)
    return reproducible(manifest(place)), time.monotonic() - begun


def killed_and_resumed(place: Checkout, targets: list[str], after: float) -> tuple[int, int]:
    """Kill a fresh run and resume it; return the outputs at the kill, and the exit code."""
    shutil.rmtree(place.root / "results/smoke")
    run = start(place, targets)
    time.sleep(after)
    run.send_signal(signal.SIGKILL)
    run.wait()
    return len(outputs(place)), resume(place, targets).returncode


def main() -> int:
    """Disturb and compare runs; return 0 if all manifests are equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--targets", nargs="+", default=TARGETS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    equal = 0
    with tempfile.TemporaryDirectory() as folder:
        place = copy_tree(Path(folder))
        expected, seconds = undisturbed(place, options.targets)
        print(f"undisturbed: {len(expected)} reproducible outputs in {seconds:.0f} s", flush=True)
        for k in range(options.times):
            after = rng.uniform(0.1, 0.95) * seconds
            before, code = killed_and_resumed(place, options.targets, after)
            left = reproducible(manifest(place))
            same = left == expected
            equal += same
            print(
                f"{k + 1}: killed after {after:.0f} s with {before} outputs; resumed with exit code"
                f" {code}; manifest {'equal' if same else 'DIFFERENT'}",
                flush=True,
            )
            for path in sorted(dict(left.items() ^ expected.items())):
                print(f"   {path}: {expected.get(path, 'none')} -> {left.get(path, 'none')}")
    print(f"{equal} of {options.times} manifests equal the undisturbed one")
    return 0 if equal == options.times else 1


if __name__ == "__main__":
    sys.exit(main())

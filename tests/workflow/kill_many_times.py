"""Kill a smoke run outright at random moments, resume it, and compare what is left.

    PYTHONPATH=workflow:tests .venv/bin/python tests/workflow/kill_many_times.py --times 10 [--targets all]

Each time the run starts from nothing, is killed with SIGKILL after a random share of the time that
an undisturbed run takes, and goes on by the one documented command. Prints a line each time, and
how many manifests equal that of the undisturbed run.
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

from checkouts import Checkout, copy_tree


def undisturbed(place: Checkout, targets: list[str]) -> tuple[dict[str, str], float]:
    """Return the digests that a run leaves, and how long it takes once kernels are compiled."""
    place.smoke(*targets)
    shutil.rmtree(place.root / "results/smoke")
    begun = time.monotonic()
    place.smoke(*targets)
    return manifest(place).reproducible(), time.monotonic() - begun


def killed_and_resumed(place: Checkout, targets: list[str], after: float) -> tuple[int, int]:
    """Kill a fresh run after some seconds and resume it; return outputs before, and exit code."""
    shutil.rmtree(place.root / "results/smoke")
    run = start(place, targets)
    time.sleep(after)
    run.send_signal(signal.SIGKILL)
    run.wait()
    return len(outputs(place)), resume(place, targets).returncode


def main() -> int:
    """Disturb and compare; return 0 if every manifest is equal."""
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
            left = manifest(place).reproducible()
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

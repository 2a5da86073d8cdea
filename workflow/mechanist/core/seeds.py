"""Random numbers that depend on the configured seed and on names, on nothing else.

Every use of chance has its own stream, found by the names of what it is for: adding a sample or a
load changes no other, and any machine and any order of jobs gives the same numbers.
"""

import hashlib

import numpy as np


def seed_sequence(seed: int, *names: str) -> np.random.SeedSequence:
    """Return the seed sequence of one use of chance.

    Parameters
    ----------
    seed : int
        The configured seed, not negative.
    *names : str
        What the numbers are for, such as system, sample and ``"velocities"``.

    Raises
    ------
    ValueError
        If ``seed`` is negative.
    """
    if seed < 0:
        raise ValueError(f"seed = {seed}; expected a whole number from 0 on")
    # Python's own hash() of a string differs from run to run.
    digests = [hashlib.sha256(name.encode()).digest() for name in names]
    key = [word for digest in digests for word in np.frombuffer(digest, dtype=">u4").tolist()]
    return np.random.SeedSequence(seed, spawn_key=key)


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return a random generator for one use of chance; parameters as :func:`seed_sequence`."""
    return np.random.Generator(np.random.PCG64(seed_sequence(seed, *names)))

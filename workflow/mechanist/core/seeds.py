"""Random numbers that depend only on the configured seed and on names.

Every use of random numbers has its own stream, identified by the names of its purpose: adding a
sample or a load changes no other stream, and any machine and job order give the same numbers.
"""

import hashlib

import numpy as np


def seed_sequence(seed: int, *names: str) -> np.random.SeedSequence:
    """Return the seed sequence of one random stream.

    Parameters
    ----------
    seed : int
        The configured seed, not negative.
    *names : str
        Purpose of the numbers, such as system, sample and ``"velocities"``.

    Raises
    ------
    ValueError
        If ``seed`` is negative.
    """
    if seed < 0:
        raise ValueError(f"seed = {seed}; expected a non-negative integer")
    # Python's own hash() of a string differs from run to run.
    digests = [hashlib.sha256(name.encode()).digest() for name in names]
    key = [word for digest in digests for word in np.frombuffer(digest, dtype=">u4").tolist()]
    return np.random.SeedSequence(seed, spawn_key=key)


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return the generator of one random stream; parameters as :func:`seed_sequence`."""
    return np.random.Generator(np.random.PCG64(seed_sequence(seed, *names)))

"""Keep what XLA compiles for networks, so that later jobs and runs load it.

Compiling a network takes longer than training it for a few epochs, and every job that trains one of
the same shape would do it again. JAX can store compiled code, but writes its files in place: a job
would read half a file of another, or of one that was killed. Each process therefore has a folder of
its own, filled with hard links to all that is stored; when it ends, it links what it added into the
common folder, in one step a file. JAX names a file by the program, its own version and the
processor's instructions, so machines of a cluster can share the folder.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import jax
from jax.experimental.compilation_cache import compilation_cache

#: In the folder that Snakemake keeps for itself, which ``make clean`` removes.
STORE: Final = Path(".snakemake", "xla")
#: Ends the names of JAX's files.
COMPILED: Final = "*-cache"
_configure: Final[Callable[[str, object], None]] = jax.config.update
_forget_loaded: Final[Callable[[], None]] = jax.clear_caches


def keep_compiled(store: Path = STORE) -> None:
    """Make JAX load what is stored, and store what this process compiles.

    Nothing is stored outside of a folder in which Snakemake runs, nor where hard links cannot be
    made.

    Parameters
    ----------
    store : Path
        The common folder; made if the folder that holds it exists.
    """
    try:
        store.mkdir(exist_ok=True)
        own = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=store.resolve()))
    except OSError:
        return
    atexit.register(publish, own)
    try:
        for file in own.parent.glob(COMPILED):
            os.link(file, own / file.name)
    except OSError:
        return
    _configure("jax_compilation_cache_dir", str(own))
    # Caches for graphics devices would put their path, this process's own, into every file's name.
    _configure("jax_persistent_cache_enable_xla_caches", "none")
    _configure("jax_persistent_cache_min_compile_time_secs", 0.0)


def forget_compiled() -> None:
    """Make this process compile everything again, so that measured times include compilation."""
    _configure("jax_enable_compilation_cache", False)
    compilation_cache.reset_cache()
    _forget_loaded()


def publish(own: Path) -> None:
    """Link what a process compiled into the common folder, and remove the process's own.

    Parameters
    ----------
    own : Path
        A folder in the common one.
    """
    for file in own.glob(COMPILED):
        try:
            os.link(file, own.parent / file.name)
        except FileExistsError:
            continue  # loaded from there, or another process was first
    shutil.rmtree(own, ignore_errors=True)

"""How much memory there is, and the refusal of results that do not fit, before anything is computed."""

from pathlib import Path
from typing import Final

MEMINFO: Final = Path("/proc/meminfo")
STATUS: Final = Path("/proc/self/status")
_KB: Final = 1024
_SMALL: Final = 2**26  # bytes that are there, or little else would work
#: Memory that the operating system and what is computed on the way need besides a result, as its share.
_SPARE: Final = 0.1


def free_memory() -> int | None:
    """Return the bytes that this process can still take, or None where the system does not say."""
    found = []
    free = _field(MEMINFO, "MemAvailable")
    if free is not None:
        found.append(free)
    limit = _address_limit()
    taken = _field(STATUS, "VmSize")
    if limit is not None and taken is not None:
        found.append(max(limit - taken, 0))
    return min(found, default=None)


def check_room(needed: int, what: str, remedy: str) -> None:
    """Refuse a result that does not fit.

    Parameters
    ----------
    needed : int
        Bytes of the result.
    what : str
        What takes them.
    remedy : str
        How to ask for less.

    Raises
    ------
    ValueError
        If there is less memory.
    """
    free = None if needed < _SMALL else free_memory()
    if free is not None and needed * (1 + _SPARE) > free:
        raise ValueError(
            f"{what} take {_size(needed)} of memory; {_size(free)} are free. {remedy}, or use a"
            " machine with more memory"
        )


def _size(size: int) -> str:
    return f"{size / 1e9:.3g} GB" if size >= 1e8 else f"{size / 1e6:.3g} MB"


def _field(path: Path, name: str) -> int | None:
    """Return a number of a file of the Linux kernel, in bytes."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * _KB
    return None


def _address_limit() -> int | None:
    """Return the limit of this process's addresses, as ``ulimit -v`` sets it."""
    try:
        import resource
    except ImportError:  # no such limits on this system
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit

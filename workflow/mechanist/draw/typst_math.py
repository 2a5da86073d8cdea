"""Convert discovered equations from the LaTeX of equation files to Typst mathematics.

Only the LaTeX of those files is supported: letters, numbers, Greek and upright names, powers,
indices, fractions, sines, cosines and exponentials, brackets, signs and thin spaces. Anything else raises an error.
"""

import re
from typing import Final

#: Plus-minus sign between a number and its error, without a line break.
ERROR: Final = 'thin class("normal", plus.minus) thin'
#: Commands without arguments.
COMMANDS: Final = {
    r"\,": "thin",
    r"\ ": "space",
    r"\pm": ERROR,
    r"\partial": "partial",
    r"\cdot": "dot.c",
    r"\sin": "sin",
    r"\cos": "cos",
}
#: Letters with the same name in LaTeX and Typst.
GREEK: Final = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
_SYMBOLS: Final = {"±": ERROR, "'": "prime", "/": "slash"}
_PLAIN: Final = frozenset("+-=()|,:_^")
_TOKEN: Final = re.compile(
    r"\\(?:mathrm|text)\{[^{}]*\}|\\[A-Za-z]+|\\[, ]|[0-9.]+(?:e[-+]?[0-9]+)?|\s+|.", re.DOTALL
)
_TEXT: Final = re.compile(r"\\(?:mathrm|text)\{([^{}]*)\}")
_SCIENTIFIC: Final = re.compile(r"([0-9.]+)e([-+]?[0-9]+)")


def typst_math(latex: str) -> str:
    r"""Convert LaTeX mathematics to Typst, without dollar signs.

    Parameters
    ----------
    latex : str
        For example ``u_{t} = -(3.00 \pm 0.01)\,(u^{2})_{x}``.

    Raises
    ------
    ValueError
        If it contains an unsupported symbol or unmatched braces.
    """
    tokens = [token for token in _TOKEN.findall(latex) if not token.isspace()]
    try:
        parts, rest = _sequence(tokens, 0)
    except ValueError as error:
        raise ValueError(f"{latex!r}: {error}") from error
    if rest != len(tokens):
        raise ValueError(f"{latex!r}: a closing brace without an opening brace")
    return " ".join(parts)


def _sequence(tokens: list[str], place: int) -> tuple[list[str], int]:
    """Convert tokens up to the closing brace of the group."""
    parts: list[str] = []
    while place < len(tokens) and tokens[place] != "}":
        if tokens[place] not in {"_", "^"}:
            part, place = _argument(tokens, place)
            parts.append(part)
            continue
        if not parts:
            raise ValueError(f"{tokens[place]!r} with nothing before it")
        argument, after = _argument(tokens, place + 1)
        parts[-1] += f"{tokens[place]}({argument})"
        place = after
    return parts, place


def _argument(tokens: list[str], place: int) -> tuple[str, int]:
    """Convert a braced group, or a single token in its place."""
    if place >= len(tokens):
        raise ValueError("an argument is missing at the end")
    if tokens[place] == r"\frac":
        above, after = _argument(tokens, place + 1)
        below, after = _argument(tokens, after)
        return f"frac({above}, {below})", after
    if tokens[place] != "{":
        return _symbol(tokens[place]), place + 1
    parts, after = _sequence(tokens, place + 1)
    if after >= len(tokens):
        raise ValueError("a brace is not closed")
    return " ".join(parts), after + 1


def _symbol(token: str) -> str:
    """Convert a single token."""
    text, scientific = _TEXT.fullmatch(token), _SCIENTIFIC.fullmatch(token)
    if text:
        return f'"{text[1]}"'
    if scientific:
        return f"{scientific[1]} dot.c 10^({int(scientific[2])})"
    if token in COMMANDS:
        return COMMANDS[token]
    if token[1:] in GREEK and token.startswith("\\"):
        return token[1:]
    if token in _PLAIN or token[0].isdigit() or (token.isascii() and token.isalpha()):
        return token
    if token in _SYMBOLS:
        return _SYMBOLS[token]
    raise ValueError(f"{token!r} is not supported")

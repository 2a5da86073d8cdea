"""Formulae as MathML, which browsers draw without any script or font from elsewhere.

Pages write TeX between dollars; ``pymdownx.arithmatex`` marks it in the HTML.
"""

import html
import re
from typing import Final

from latex2mathml.converter import convert

MARKED: Final = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">(?P<open>\\[(\[])(?P<tex>.*?)\\[)\]]</(?P=tag)>',
    re.DOTALL,
)


def with_formulae(page: str) -> str:
    """Return the HTML of a page with its formulae as MathML."""
    return MARKED.sub(_drawn, page)


def _drawn(found: re.Match[str]) -> str:
    block = found["open"] == "\\["
    drawn = convert(html.unescape(found["tex"]).strip(), display="block" if block else "inline")
    return f'<{found["tag"]} class="formula">{drawn}</{found["tag"]}>'

"""Short labels of features, by their column names, for axes that list them."""

import re
import textwrap
from collections.abc import Mapping
from typing import Final

from mechanist.draw.labels import percent, plain

#: Letters in a line.
WIDEST: Final = 40
#: Averages over neighbours within a radius, at the end of a name.
_AVERAGE: Final = re.compile(r"_mean(?P<radius>[\d.]+)$")
#: How many further features are in a group, at the end of its name.
_MORE: Final = re.compile(r" \(\+(?P<more>\d+)\)$")
#: Patterns of names, and the labels in which groups of the pattern are filled in.
_LABELS: Final[Mapping[str, str]] = {
    r"softness_(?P<share>[\d.]+)_(?P<floor>[\d.]+)": "soft modes at {share} strain",
    r"anticipated_(?P<share>[\d.]+)": "$D^2_\\mathrm{{min}}$ expected at {share} strain",
    r"moment(?P<n>\d)_(?P<pair>\w-\w)_(?P<r>[\d.]+)": "neighbour moment {n}, {pair}, $r$ = {r}",
    r"(?P<kind>s|qe)_(?P<pair>\w-\w)_(?P<r>[\d.]+)": "neighbours and load ({kind}), {pair}, $r$ = {r}",
    r"psi6": "sixfold order",
    r"coupling": "coupling of first, second order",
    r"growth": "growth of the response",
    r"dilation|rotation|strain": "local {name}",
    r"modulus": "part of the modulus",
    r"strain_along": "local strain along the load",
    r"strain_across": "local strain across the load",
    r"secant_at_(?P<x>[\d.]+)": "secant compliance at {x} of the fold stress",
    r"stress_at_(?P<share>[\d.]+)": "stress of the branch at {share} strain",
    r"fold_load": "stress at the first fold",
    r"field_q(?P<q>[\d.]+)": "internal stress, quantile {q}",
    r"field_w(?P<w>[\d.]+)_here_q(?P<q>[\d.]+)": "stress at dislocations, width {w}, quantile {q}",
    r"field_w(?P<w>[\d.]+)_(?P<what>\w+)": "internal stress, width {w}: {what}",
    r"(?P<kind>like|unlike|polarity)_x(?P<x>[\d.]+)_y(?P<y>[\d.]+)": "{kind} pairs at ({x}, {y})",
    r"(?P<kind>signed|total|lean)_k(?P<k>\d)(?P<l>\d)": "{kind} density, wave ({k}, {l})",
    r"barrier_(?P<way>\w+)_(?P<reach>[\d.]+)_q(?P<q>[\d.]+)": "{way} barrier within {reach}, quantile {q}",
    r"early_(?P<way>[a-z]+)_(?P<k>\d+)": "{way} mode {k} that folds early",
    r"load_(?P<k>\d+)": "load on soft mode {k}",
    r"participation_(?P<k>\d+)": "participation in soft mode {k}",
    r"response_participation": "participation in the response",
}


def feature_label(name: str) -> str:
    """Return the label of a feature or of a group of features that is named after its largest.

    Parameters
    ----------
    name : str
        Such as ``linear_response/anticipated_0.01_mean1.5 (+16)``: the descriptor and a column,
        with the number of further columns in the group. Names without a pattern become words.
    """
    more = _MORE.search(name)
    bare = _MORE.sub("", name).partition("/")[2] or _MORE.sub("", name)
    average = _AVERAGE.search(bare)
    bare = _AVERAGE.sub("", bare)
    label = plain(bare)
    for pattern, text in _LABELS.items():
        match = re.fullmatch(pattern, bare)
        if match:
            parts = {"name": bare, **match.groupdict()}
            if "share" in parts:
                parts["share"] = percent(float(parts["share"]))
            label = text.format(**parts)
            break
    if average:
        label += f", mean within {average['radius']}"
    if more:
        label += f", and {more['more']} like it"
    return textwrap.fill(label, WIDEST)

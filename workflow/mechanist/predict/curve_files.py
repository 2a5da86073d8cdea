"""Files of a kept model of curves: see :mod:`mechanist.predict.kept_parts`."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.narrowing import mapping, numbers, sequence, text, whole
from mechanist.core.typing import FloatArray
from mechanist.learn.score_map import ScoreMap
from mechanist.predict.curve_intervals import CurveBand
from mechanist.predict.curve_model import BranchFit, CurveModel, KnownStates, shapes_of
from mechanist.predict.kept_parts import (
    descriptor_from,
    facts_from,
    finite,
    pair_from,
)
from mechanist.predict.number_files import (
    CARD,
    NUMBERS,
    REMEDY,
    ArrayForm,
    read_card,
    read_numbers,
    write_card_and_numbers,
)

SCHEMA: Final = "mechanist.curve_model/1"
#: Most knots that a feature may have.
_MOST_KNOTS: Final = 100_000


def write_curve_model(folder: Path, model: CurveModel) -> None:
    """Write the files of a model; equal models give equal bytes."""
    known = model.known
    card = {
        "schema": SCHEMA,
        "system": model.system,
        "model": model.name,
        "label": model.label,
        "quantity": model.quantity,
        "unit": model.unit,
        "strains": list(model.strains),
        "descriptors": [
            {"kind": d.kind, "parameters": dict(d.parameters), "features": list(d.features)}
            for d in model.descriptors
        ],
        "branches": {name: _branch_card(fit) for name, fit in model.branches.items()},
        "level": model.level,
        "known": {key: list(both) for key, both in asdict(known).items()},
        "facts": dict(model.facts),
    }
    arrays = {
        f"{name}_{key}": array
        for name, fit in model.branches.items()
        for key, array in fit.arrays().items()
    }
    write_card_and_numbers(folder, card, arrays)


def _branch_card(fit: BranchFit) -> dict[str, object]:
    return {
        "knots": 0 if fit.scores is None else fit.scores.values.shape[1],
        "factor": None if fit.band is None else _known_or_none(fit.band.factor),
        "band": fit.band is not None,
        "limit": _known_or_none(fit.limit),
    }


def _known_or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def read_curve_model(folder: Path) -> CurveModel:
    """Read a kept model of curves.

    Parameters
    ----------
    folder : Path
        Folder that holds ``model.json`` and ``numbers.npz``.

    Raises
    ------
    FormatError
        If a file is missing, damaged, or holds something else than a model consists of.
    """
    path = folder / CARD
    card = read_card(path, SCHEMA)
    try:
        descriptors = tuple(descriptor_from(one) for one in sequence(card["descriptors"]))
        strains = numbers(card["strains"])
        branches = {name: mapping(one) for name, one in mapping(card["branches"]).items()}
        n_features = sum(len(one.features) for one in descriptors)
        forms = {
            f"{name}_{key}": ArrayForm(shape)
            for name, one in branches.items()
            for key, shape in _shapes(one, n_features, len(strains)).items()
        }
        read = read_numbers(folder / NUMBERS, text(card["sha256"]), forms)
        arrays = {name: array.astype(np.float64) for name, array in read.items()}
        known = mapping(card["known"])
        return CurveModel(
            system=text(card["system"]),
            name=text(card["model"]),
            label=text(card["label"]),
            quantity=text(card["quantity"]),
            unit=text(card["unit"]),
            strains=strains,
            descriptors=descriptors,
            branches={name: _branch(name, one, arrays) for name, one in branches.items()},
            level=finite(card["level"]),
            known=KnownStates(
                pair_from(known["dislocations"]),
                pair_from(known["density"]),
                pair_from(known["side"]),
            ),
            facts=facts_from(card["facts"]),
        )
    except FormatError:
        raise
    except KeyError as error:
        raise FormatError(path, f"the entry {error} is missing", remedy=REMEDY) from error
    except (TypeError, ValueError) as error:
        raise FormatError(path, str(error), remedy=REMEDY) from error


def _shapes(
    entry: Mapping[str, object], n_features: int, n_strains: int
) -> dict[str, tuple[int, ...]]:
    return shapes_of(n_features, n_strains, _knots(entry), band=entry["band"] is True)


def _knots(entry: Mapping[str, object]) -> int:
    found = whole(entry["knots"])
    if not 0 <= found <= _MOST_KNOTS:
        raise ValueError(f"knots = {found}; expected a number from 0 to {_MOST_KNOTS}")
    return found


def _branch(name: str, entry: Mapping[str, object], arrays: Mapping[str, FloatArray]) -> BranchFit:
    knots = _knots(entry)
    return BranchFit(
        scores=ScoreMap(arrays[f"{name}_values"], arrays[f"{name}_scores"]) if knots else None,
        slopes=arrays[f"{name}_slopes"],
        constant=arrays[f"{name}_constant"],
        band=_band(name, entry, arrays),
        mean=arrays[f"{name}_mean"],
        deviation=arrays[f"{name}_deviation"],
        limit=_or_infinite(entry["limit"]),
    )


def _band(
    name: str, entry: Mapping[str, object], arrays: Mapping[str, FloatArray]
) -> CurveBand | None:
    if entry["band"] is not True:
        return None
    ends = arrays[f"{name}_lower"], arrays[f"{name}_upper"]
    return CurveBand(*ends, _or_infinite(entry["factor"]))


def _or_infinite(value: object) -> float:
    return float("inf") if value is None else finite(value)

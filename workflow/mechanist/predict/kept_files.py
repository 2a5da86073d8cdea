"""Files of a kept model of particles: ``model.json``, which a person can read, and ``numbers.npz``.

Neither can hold code: see :mod:`mechanist.predict.number_files`.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.narrowing import mapping, numbers, sequence, text, texts, whole
from mechanist.core.typing import FloatArray
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.kept_parts import (
    descriptor_from,
    facts_from,
    finite,
    interval_from,
    pair_from,
    positive,
)
from mechanist.predict.known_range import KnownRange
from mechanist.predict.number_files import (
    CARD,
    NUMBERS,
    REMEDY,
    ArrayForm,
    read_card,
    read_numbers,
    write_card_and_numbers,
)
from mechanist.predict.plastic_odds import PlasticOdds
from mechanist.predict.trees import Trees

SCHEMA: Final = "mechanist.kept_model/1"


def write_kept(folder: Path, model: KeptModel) -> None:
    """Write the files of a model; equal models give equal bytes."""
    arrays = {
        "slopes": model.slopes,
        "constant": model.constant,
        "mean": model.known.mean,
        "deviation": model.known.deviation,
    }
    if model.trees is not None:
        arrays |= {"nodes": model.trees.nodes, "roots": model.trees.roots}
    write_card_and_numbers(folder, _card_of(model), arrays)


def _card_of(model: KeptModel) -> dict[str, object]:
    known = model.known
    return {
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
        "intervals": [None if one is None else asdict(one) for one in model.intervals],
        "odds": [asdict(one) for one in model.odds],
        "known": {
            "species": list(known.species),
            "dimension": known.dimension,
            "units": known.units,
            "length": known.length,
            "particles": known.particles,
            "density": list(known.density),
            "composition": {name: list(both) for name, both in known.composition.items()},
            "loads": {name: list(strains) for name, strains in known.loads.items()},
            "limit": known.limit if np.isfinite(known.limit) else None,
        },
        "facts": dict(model.facts),
        **_trees_card(model),
    }


def _trees_card(model: KeptModel) -> dict[str, object]:
    """Return the sizes of trees; models without them have no such entry."""
    if model.trees is None:
        return {}
    return {"trees": {"nodes": len(model.trees.nodes), "trees": len(model.trees.roots)}}


def _tree_forms(entry: object) -> dict[str, ArrayForm]:
    if entry is None:
        return {}
    found = mapping(entry)
    counts = [whole(found[key]) for key in ("nodes", "trees")]
    if min(counts) < 1:
        raise ValueError(f"trees {dict(found)}; expected at least one tree and one node")
    return {"nodes": ArrayForm((counts[0], 4)), "roots": ArrayForm((counts[1], 2))}


def read_kept(folder: Path) -> KeptModel:
    """Read a kept model.

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
    numbers_path = folder / NUMBERS
    try:
        descriptors = tuple(descriptor_from(one) for one in sequence(card["descriptors"]))
        strains = numbers(card["strains"])
        n_features = sum(len(one.features) for one in descriptors)
        forms = {
            "slopes": ArrayForm((n_features, len(strains))),
            "constant": ArrayForm((len(strains),)),
            "mean": ArrayForm((n_features,)),
            "deviation": ArrayForm((n_features,)),
            **_tree_forms(card.get("trees")),
        }
        read = read_numbers(numbers_path, text(card["sha256"]), forms)
        arrays = {name: array.astype(np.float64) for name, array in read.items()}
        return KeptModel(
            system=text(card["system"]),
            name=text(card["model"]),
            label=text(card["label"]),
            quantity=text(card["quantity"]),
            unit=text(card["unit"]),
            strains=strains,
            descriptors=descriptors,
            slopes=arrays["slopes"],
            constant=arrays["constant"],
            intervals=tuple(interval_from(one) for one in sequence(card["intervals"])),
            odds=tuple(_odds(one) for one in sequence(card["odds"])),
            known=_known(mapping(card["known"]), arrays),
            facts=facts_from(card["facts"]),
            trees=Trees(arrays["nodes"], arrays["roots"]) if "nodes" in arrays else None,
        )
    except FormatError:
        raise
    except KeyError as error:
        raise FormatError(path, f"the entry {error} is missing", remedy=REMEDY) from error
    except (TypeError, ValueError) as error:
        raise FormatError(path, str(error), remedy=REMEDY) from error


def _odds(entry: object) -> PlasticOdds:
    found = mapping(entry)
    fraction, constant, slope = (finite(found[key]) for key in ("fraction", "constant", "slope"))
    if not 0 < fraction < 1:
        raise ValueError(f"odds of a fraction {fraction}; expected a fraction between 0 and 1")
    return PlasticOdds(fraction, constant, slope)


def _known(entry: Mapping[str, object], arrays: Mapping[str, FloatArray]) -> KnownRange:
    limit = entry["limit"]
    dimension = whole(entry["dimension"])
    if dimension not in (2, 3):
        raise ValueError(f"dimension = {dimension}; expected 2 or 3")
    return KnownRange(
        species=texts(entry["species"]),
        dimension=dimension,
        units=text(entry["units"]),
        length=positive(entry["length"]),
        particles=positive(entry["particles"]),
        density=pair_from(entry["density"]),
        composition={name: pair_from(both) for name, both in mapping(entry["composition"]).items()},
        loads={name: numbers(strains) for name, strains in mapping(entry["loads"]).items()},
        mean=arrays["mean"],
        deviation=arrays["deviation"],
        limit=float("inf") if limit is None else finite(limit),
    )

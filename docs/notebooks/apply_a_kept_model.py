# %% [markdown]
# # Apply a kept model to a sample, and look at the map
#
# `redraw_a_figure.py` says how to open this file. It takes a glass of a finished `make smoke-all` for a sample
# of yours, and the model that comes with the workflow.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from mechanist.api import load_model, predict, scan
from mechanist.formats.sample import read_sample

results = Path("results/smoke")
model = load_model("workflow/models/ka2d/joint")
sample = read_sample(min((results / "glass/ka2d/samples").glob("*.h5"))).reference

# %% [markdown]
# One load. `outside` tells whether the sample is unlike those that the model has seen, `reasons` why.

# %%
found = predict(model, sample, loads=["simple_shear xy"])
probability = found.table["plastic@0.040"].to_numpy()
print("outside:", found.outside, *found.reasons, sep="\n")

# %% [markdown]
# All directions: how much the prediction of each particle depends on the load, and where tension
# weakens it most, in degrees from x.

# %%
every = scan(model, sample)
weakest = 180 / len(every.tensors) * every.weakest[:, 1]

# %%
wrapped = sample.positions @ np.linalg.inv(sample.cell)
x, y, _ = ((wrapped - np.floor(wrapped)) @ sample.cell).T
figure, panels = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
for axes, values, colours, label in (
    (panels[0], probability, "inferno", "probability of the plastic tenth"),
    (panels[1], weakest, "twilight", "weakest axis of tension, degrees"),
):
    drawn = axes.scatter(x, y, c=values, s=9, cmap=colours)
    figure.colorbar(drawn, ax=axes, label=label)
    axes.set(aspect="equal", xticks=[], yticks=[])
figure.savefig(results / "map.png", dpi=150)

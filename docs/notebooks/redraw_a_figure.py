# %% [markdown]
# # Read the tables of a finished run, and redraw a figure
#
# Open this file in any editor that knows cells (`# %%`), or make a notebook of it with
# `jupytext --to ipynb redraw_a_figure.py`. It is plain Python too: in the folder of the repository,
# `PYTHONPATH=workflow python docs/notebooks/redraw_a_figure.py`. It reads a finished `make smoke-all`; for
# the default size, write `results`.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

results = Path("results/smoke")

# %% [markdown]
# Every figure has the data that it shows beside it. Those of scores against strain:

# %%
scores = pd.read_csv(results / "figures/ka2d/strain.csv")
shown = scores[scores["metric"] == "auc_top10"]

# %% [markdown]
# The same numbers stand in the records of each model, under the names of their targets.

# %%
records = pd.read_json(results / "glass/ka2d/scores/joint.json")
of_auc = records[(records["metric"] == "auc_top10") & (records["subset"] == "all")]

# %%
figure, axes = plt.subplots(figsize=(4, 3), layout="constrained")
for model, rows in shown.groupby("model", sort=False):
    line = rows.sort_values("strain")
    axes.plot(100 * line["strain"], line["value"], marker="o", label=model)
axes.axhline(0.5, color="grey", linestyle=":")  # what guessing scores
axes.set(xlabel="strain in %", ylabel="AUC, most plastic tenth")
axes.legend(fontsize=6)
figure.savefig(results / "redrawn.png", dpi=150)

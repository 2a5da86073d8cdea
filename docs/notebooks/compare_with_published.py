# %% [markdown]
# # Read the score tables, and compare with published values
#
# `redraw_a_figure.py` says how to open this file. The scoreboard of a finished `make smoke-all` holds a row
# for every published number and for each of our scores that is set beside it. Scores of this small run
# come from few samples: look at their intervals.

# %%
from pathlib import Path

import pandas as pd

results = Path("results/smoke")
board = pd.read_csv(results / "scoreboard.csv")

# %% [markdown]
# Cases with a published number and a score of ours. `bound` says whether the publication states a bound
# rather than a value.

# %%
published = board[(board["kind"] == "published") & board["value"].notna()]
ours = board[(board["kind"] == "ours") & board["value"].notna()]
compared = published[["wing", "case", "metric", "value", "bound"]].merge(
    ours[["case", "metric", "model", "value", "low", "high", "n_samples"]],
    on=["case", "metric"],
    suffixes=("_published", "_ours"),
)
compared["difference"] = compared["value_ours"] - compared["value_published"]
compared["published_within_interval"] = (
    compared["value_published"]
    .between(compared["low"], compared["high"])
    .where(compared["low"].notna())
)
print(compared.to_string(index=False))

"""Every threshold of the audit, in one place.

Deviations of features are measured in spreads: standard deviations of each feature over the probes.
Unless another source is named, a threshold was set between the values of known good and known bad
descriptors. ``docs/records/thresholds.md`` lists the sources, and
``tests/unit/audit/test_thresholds.py`` tries both sides of each.
"""

from typing import Final

# --- i, symmetry ----------------------------------------------------------------------------------
#: Largest change, in spreads, that double precision explains.
INVARIANT: Final = 1e-9
#: A change above this is a broken symmetry; between the two thresholds the audit is inconclusive.
NOT_INVARIANT: Final = 1e-6
#: Root mean square change, in spreads, of the most responsive feature under an operation outside
#: the group: below this, a descriptor is over-symmetric. Tests of load-aware descriptors use it
#: too.
RESOLVED: Final = 1e-3

# --- ii, continuity -------------------------------------------------------------------------------
#: Ratio of the largest step on a grid ten times finer to that on the coarse one: 0.1 for a
#: continuous feature, 1 for a jump.
CONTINUOUS: Final = 0.15
JUMP: Final = 0.9
#: Ratio of the largest change of slope on a grid four times finer: 1/4 for a differentiable feature,
#: 1 for a kink, 4 for a jump.
DIFFERENTIABLE: Final = 0.3
KINK: Final = 0.7
#: Geometric mean of the ratios for a kink and a jump: separates a small jump on a steep path from a
#: kink.
SLOPE_OF_JUMP: Final = 2.0
#: A feature that changes less than this on a path, in spreads, is not judged on that path.
STILL: Final = 1e-4
#: Relative error of an analytical gradient at the best step size: central differences reach 1e-9 in
#: double precision, whereas a wrong term causes an error of its own size.
GRADIENT_RIGHT: Final = 1e-6
GRADIENT_WRONG: Final = 1e-3

# --- iii, cost ------------------------------------------------------------------------------------
#: Exponent of the time in the number of objects at constant density.
LINEAR: Final = 1.2
STEEP: Final = 1.6
#: Half-width of the exponent's interval beyond which timing noise could explain a steep exponent.
UNSURE_EXPONENT: Final = 0.4

# --- iv, size -------------------------------------------------------------------------------------
#: As in i: largest difference between a cell and its replica, in spreads.
SAME_IN_REPLICA: Final = INVARIANT
OTHER_IN_REPLICA: Final = NOT_INVARIANT

# --- v, reconstruction ----------------------------------------------------------------------------
#: Singular values of the Jacobian above this share of the largest count for its rank.
RANK_TOLERANCE: Final = 1e-6
#: Share of generic environments at which the rank must be full.
FULL_RANK_SHARE: Final = 0.95
#: An inversion has matched the features if their residual, in spreads, is below this.
RESIDUAL: Final = 1e-9
#: An inversion has recovered the structure if its distance, in neighbour distances, is below this.
SAME_STRUCTURE: Final = 1e-3
#: Share of inversions that must recover the structure.
RECOVERED_SHARE: Final = 0.9
#: Share of the variation of a richer description that a linear map may miss.
REBUILT: Final = 0.05

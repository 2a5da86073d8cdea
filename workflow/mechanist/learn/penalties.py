"""Choose one ridge penalty for each block of features by holding out sets of samples in turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.learn.linear_moments import LinearFit, Moments, Standardised, total

PENALTIES: Final = tuple(10.0**k for k in range(8))
Choice = tuple[int, ...]


@dataclass(eq=False)
class PenaltySearch:
    """Choose a penalty for each block by holding out one cell of training data at a time.

    Parameters
    ----------
    cells : dict of int to Moments
        Sums over disjoint sets of samples.
    blocks : sequence of slice
        Columns of each block.
    penalties : sequence of float
        Grid, the same for every block.
    rounds : int
        How often each block's penalty is optimised with the others fixed.

    Notes
    -----
    For each target, the search starts from the best common penalty and then moves along the grid
    block by block. Results for each training set are cached, since the inner training sets of
    different outer folds coincide.
    """

    cells: dict[int, Moments]
    blocks: Sequence[slice]
    penalties: Sequence[float] = PENALTIES
    rounds: int = 2
    _systems: dict[frozenset[int], Standardised] = field(default_factory=dict)
    _losses: dict[tuple[frozenset[int], Choice], dict[int, FloatArray]] = field(
        default_factory=dict
    )

    def choose(self, training: Sequence[int]) -> list[Choice]:
        """Return grid positions, one per block, for every target.

        Parameters
        ----------
        training : sequence of int
            Cells available for training. A single cell cannot be held out; the middle of the grid
            is then taken.
        """
        n_targets = len(next(iter(self.cells.values())).y)
        grid, n_blocks = range(len(self.penalties)), len(self.blocks)
        if len(training) < 2:
            return [(len(grid) // 2,) * n_blocks] * n_targets
        chosen = []
        for k in range(n_targets):
            best = min(((i,) * n_blocks for i in grid), key=lambda c: self._loss(training, c)[k])
            for _ in range(self.rounds if n_blocks > 1 else 0):
                before = best
                for block in range(n_blocks):
                    best = self._walk(training, best, block, k)
                if best == before:
                    break
            chosen.append(best)
        return chosen

    def fit(self, training: Sequence[int], choices: Sequence[Choice]) -> LinearFit:
        """Solve for every target with its own penalties."""
        system = self._system(frozenset(training))
        slopes, constant = np.empty_like(system.right), np.empty_like(system.level)
        for choice in set(choices):
            columns = [k for k, c in enumerate(choices) if c == choice]
            solved = system.solve(self._spread(choice))
            slopes[:, columns] = solved.slopes[:, columns]
            constant[columns] = solved.constant[columns]
        return LinearFit(slopes, constant)

    def _walk(self, training: Sequence[int], start: Choice, block: int, k: int) -> Choice:
        """Move along one block's grid while the loss of target ``k`` falls."""
        best, best_loss = start, self._loss(training, start)[k]
        for step in (1, -1):
            while 0 <= best[block] + step < len(self.penalties):
                trial = (*best[:block], best[block] + step, *best[block + 1 :])
                loss = self._loss(training, trial)[k]
                if loss >= best_loss:
                    break
                best, best_loss = trial, loss
        return best

    def _loss(self, training: Sequence[int], choice: Choice) -> FloatArray:
        """Return the summed squared error on each training cell, by fits to the other cells."""
        losses = []
        for held_out in training:
            others = frozenset(training) - {held_out}
            if (others, choice) not in self._losses:
                solved = self._system(others).solve(self._spread(choice))
                self._losses[others, choice] = {
                    cell: moments.error(solved)
                    for cell, moments in self.cells.items()
                    if cell not in others
                }
            losses.append(self._losses[others, choice][held_out])
        return np.asarray(np.sum(losses, axis=0))

    def _system(self, cells: frozenset[int]) -> Standardised:
        if cells not in self._systems:
            parts = [self.cells[cell] for cell in sorted(cells)]
            self._systems[cells] = Standardised.of(total(parts))
        return self._systems[cells]

    def _spread(self, choice: Choice) -> FloatArray:
        """Return one penalty per feature."""
        spread = np.empty(sum(block.stop - block.start for block in self.blocks))
        for block, position in zip(self.blocks, choice, strict=True):
            spread[block] = self.penalties[position]
        return spread

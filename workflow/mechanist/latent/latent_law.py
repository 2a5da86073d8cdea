"""Find latent coordinates of many channels together with the sparse law that they obey.

The idea is that of Champion et al. 2019 (doi:10.1073/pnas.1906995116). What is done otherwise:
coefficients are solved for in every step instead of learnt by gradient descent, and terms are dropped
once, at the widest gap of their shares, in the coordinates in which the law is sparsest.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.latent.affine_forms import AffineForm, affine_forms, before_the_gap
from mechanist.latent.channel_reduction import Reduction, reduce_channels
from mechanist.latent.coordinate_maps import Weights, encode, in_other_coordinates, starting_weights
from mechanist.latent.map_training import Descent, passed, trained
from mechanist.latent.polynomials import Terms, polynomial_terms, term_name, term_values

#: Frames from which coefficients are computed.
FRAMES: Final = 20_000
#: Random maps of which the best goes on after a tenth of the training.
TRIES: Final = 3
#: A term of which less than this share is left beside others is taken for dependent on them.
DEPENDENT: Final = 0.03


@dataclass(frozen=True, kw_only=True)
class LatentSettings:
    """How coordinates and law are found.

    Parameters
    ----------
    latents : int
        Number of latent coordinates.
    width : int
        Units of the nonlinear part of each map; 0 leaves the maps linear.
    free, kept : Descent
        Training with all terms, and with those that were kept.
    starts : int
        Searches for the sparsest form.
    components : int or None
        Principal components that are encoded; None for those before the widest gap.
    """

    latents: int
    width: int
    free: Descent
    kept: Descent
    starts: int
    components: int | None = None

    @classmethod
    def from_entry(cls, entry: Mapping[str, object]) -> "LatentSettings":
        """Return the settings of a configuration entry."""
        known = dict(entry)
        for name in ("free", "kept"):
            known[name] = Descent(**known[name])  # type: ignore[arg-type]
        return cls(**known)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class LatentLaw:
    """Coordinates and their law.

    Parameters
    ----------
    reduction : Reduction
    weights : dict
        Maps between components and latents.
    terms : tuple
    kept : ndarray of shape (n_terms, n_latents)
        1 where a term occurs.
    coefficients : ndarray of shape (n_terms, n_latents)
    shares : ndarray of shape (n_terms, n_latents)
        Shares of all terms in the sparsest form, before terms were dropped.
    ties : tuple of AffineForm
        Forms with as few terms as the one taken, and other terms; the one taken comes first.
    seconds : float
        CPU time.
    """

    reduction: Reduction
    weights: Weights
    terms: Terms
    kept: FloatArray
    coefficients: FloatArray
    shares: FloatArray
    ties: tuple[AffineForm, ...]
    seconds: float

    @property
    def n_terms(self) -> int:
        """Number of terms of the law."""
        return int(self.kept.sum())

    @property
    def term_names(self) -> tuple[str, ...]:
        """Terms as text."""
        return tuple(term_name(term) for term in self.terms)

    def latents(self, values: FloatArray) -> FloatArray:
        """Return the latent coordinates of snapshots, shape (n_frames, n_latents)."""
        nothing = np.zeros_like(values)
        return np.asarray(self.passed(values, nothing)[0], np.float64)

    def equations(self) -> list[str]:
        """Return the law as text, one line for each coordinate."""
        return [
            f"dz{k + 1}/dt = "
            + " ".join(
                f"{self.coefficients[j, k]:+.4g} {term_name(term)}"
                for j, term in enumerate(self.terms)
                if self.kept[j, k]
            )
            for k in range(self.kept.shape[1])
        ]

    def passed(self, values: FloatArray, rates: FloatArray) -> tuple[FloatArray, ...]:
        """Return latents, their rates, these rates by the law, and decoded channels with their rates."""
        u = jnp.asarray(self.reduction.reduced(values), jnp.float32)
        du = jnp.asarray(self.reduction.reduced_rates(rates), jnp.float32)
        mask = jnp.asarray(self.kept, jnp.float32)
        fixed = jnp.asarray(self.coefficients, jnp.float32)
        found = passed(self.weights, u, du, mask, self.terms, fixed)
        latents, latent_rates, law_rates, components, component_rates = (
            np.asarray(one, np.float64) for one in found[:5]
        )
        return (
            latents,
            latent_rates,
            law_rates,
            self.reduction.expanded(components),
            self.reduction.expanded_rates(component_rates),
        )


def find_latent_law(
    values: FloatArray, rates: FloatArray, settings: LatentSettings, rng: np.random.Generator
) -> LatentLaw:
    """Find coordinates and law of a series of snapshots.

    Parameters
    ----------
    values, rates : ndarray of shape (n_frames, n_channels)
    settings : LatentSettings
    rng : Generator

    Raises
    ------
    ValueError
        If the snapshots do not differ in as many directions as there are latent coordinates.
    """
    begun = time.process_time()
    reduction = reduce_channels(values, settings.components)
    u, du = reduction.reduced(values), reduction.reduced_rates(rates)
    if u.shape[1] < settings.latents:
        raise ValueError(
            f"{u.shape[1]} principal components stand before the widest gap, fewer than the"
            f" {settings.latents} latent coordinates; state fewer coordinates, or `components`"
        )
    terms = polynomial_terms(settings.latents, 2)
    every = np.ones((len(terms), settings.latents))
    begin = [
        starting_weights(u.shape[1], settings.latents, settings.width, rng) for _ in range(TRIES)
    ]
    weights = trained(begin, u, du, every, terms, settings.free, rng)
    some = rng.choice(len(u), min(FRAMES, len(u)), replace=False)
    latents, coefficients = law_of(weights, u[some], du[some], every, terms)
    form, kept, ties = sparsest(latents, coefficients, settings, rng)
    weights = in_other_coordinates(weights, form.matrix, form.shift)
    weights = trained([weights], u, du, kept, terms, settings.kept, rng)
    _, coefficients = law_of(weights, u[some], du[some], kept, terms)
    return LatentLaw(
        reduction=reduction,
        weights=weights,
        terms=terms,
        kept=kept,
        coefficients=coefficients,
        shares=form.shares,
        ties=ties,
        seconds=time.process_time() - begun,
    )


def sparsest(
    latents: FloatArray,
    coefficients: FloatArray,
    settings: LatentSettings,
    rng: np.random.Generator,
) -> tuple[AffineForm, FloatArray, tuple[AffineForm, ...]]:
    """Return the sparsest form of a law, the terms that it keeps, and the forms that are as sparse."""
    forms = affine_forms(coefficients, latents, starts=settings.starts, rng=rng)
    kept = [before_the_gap(form.shares, settings.latents) for form in forms]
    fewest = kept[0].sum()
    ties: dict[tuple[tuple[float, ...], ...], AffineForm] = {}
    for form, mask in zip(forms, kept, strict=True):
        if mask.sum() == fewest:
            # Coordinates in another order are the same form.
            ties.setdefault(tuple(sorted(map(tuple, mask.T.tolist()))), form)
    return forms[0], kept[0], tuple(ties.values())


def law_of(
    weights: Weights, u: FloatArray, du: FloatArray, kept: FloatArray, terms: Terms
) -> tuple[FloatArray, FloatArray]:
    """Return the latent coordinates of some frames, and the coefficients that fit their rates best.

    A term that terms of lower degree replace on these frames, as on a limit cycle, has none.
    """
    latents, rates = jax.jvp(
        lambda one: encode(weights, one),
        (jnp.asarray(u, jnp.float32),),
        (jnp.asarray(du, jnp.float32),),
    )
    values = np.asarray(term_values(latents, terms), np.float64)
    scaled = values / np.maximum((values**2).mean(axis=0) ** 0.5, np.finfo(float).tiny)
    coefficients = np.zeros_like(kept, np.float64)
    for k, target in enumerate(np.asarray(rates, np.float64).T):
        some = independent(scaled, np.flatnonzero(kept[:, k]))
        coefficients[some, k] = np.linalg.lstsq(values[:, some], target, rcond=None)[0]
    return np.asarray(latents, np.float64), coefficients


def independent(columns: FloatArray, chosen: IntArray) -> list[int]:
    """Return those of the chosen columns that the chosen ones before them do not replace.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        Of root mean square one.
    chosen : ndarray
        Numbers of columns.
    """
    basis: list[FloatArray] = []
    found = []
    for k in chosen.tolist():
        left = columns[:, k]
        for direction in basis:
            left = left - direction * (direction @ left)
        size = float((left @ left) ** 0.5)
        if size > DEPENDENT * len(columns) ** 0.5:
            basis.append(left / size)
            found.append(k)
    return found

"""Mixtures of Gaussians fitted to points that are known only with doubt.

Knows means and precisions; knows nothing of people or votes. Source: Bovy, Hogg and Roweis (2011), "Extreme
deconvolution", written here for likelihoods in natural form, since someone with few votes has a likelihood that is
flat in some directions and so has no covariance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from sayso.engine.votes import FloatArray

N_STARTS = 3
MAX_STEPS = 200


@dataclass(frozen=True, eq=False)
class Blurred:
    """What is known of each point: a likelihood ∝ exp(pull · u − ½ uᵀ precision u).

    precision float64 [n, n_dims, n_dims] (positive semi-definite), pull float64 [n, n_dims].
    """

    precision: FloatArray
    pull: FloatArray


@dataclass(frozen=True, eq=False)
class Mixture:
    """Bells of one common shape: weight [n_groups], centre [n_groups, n_dims], covariance [n_dims, n_dims].

    `criterion` is the log-likelihood less half the parameters times log n (Schwarz 1978); larger is better.
    """

    weight: FloatArray
    centre: FloatArray
    covariance: FloatArray
    criterion: float

    def membership(self, points: Blurred) -> FloatArray:
        """Probability of each bell for each point, float64 [n, n_groups]; rows add up to 1."""
        log_joint = np.log(self.weight) + _log_evidence(points, self.centre, self.covariance)[0]
        share: FloatArray = np.exp(log_joint - logsumexp(log_joint, axis=1, keepdims=True))
        return share


def likelihood_without_prior(mean: FloatArray, covariance: FloatArray) -> Blurred:
    """Take the prior N(0, I) out of Gaussian posteriors: mean [n, n_dims], covariance [n, n_dims, n_dims]."""
    posterior_precision = np.linalg.inv(covariance)
    values, vectors = np.linalg.eigh(posterior_precision - np.eye(mean.shape[1]))
    # Votes never take knowledge away; rounding may.
    values = np.maximum(values, 0.0)
    precision = np.einsum("nij,nj,nkj->nik", vectors, values, vectors)
    return Blurred(precision, np.einsum("nij,nj->ni", posterior_precision, mean))


def fit_mixture(points: Blurred, n_groups: int, *, rng: np.random.Generator) -> Mixture:
    """The best of several expectation-maximisation runs; O(starts · steps · n · n_groups · n_dims³)."""
    starts = 1 if n_groups == 1 else N_STARTS
    return max((_run(points, n_groups, rng) for _ in range(starts)), key=lambda mixture: mixture.criterion)


def _run(points: Blurred, n_groups: int, rng: np.random.Generator) -> Mixture:
    n_points, n_dims = points.pull.shape
    guess = np.asarray(np.linalg.solve(points.precision + np.eye(n_dims), points.pull[..., None])[..., 0], np.float64)
    centre = _spread_out(guess, n_groups, rng)
    covariance = np.cov(guess.T).reshape(n_dims, n_dims) / n_groups ** (2 / n_dims) + 1e-3 * np.eye(n_dims)
    weight = np.full(n_groups, 1 / n_groups)
    before = -np.inf
    for _ in range(MAX_STEPS):
        log_evidence, mean, spread = _log_evidence(points, centre, covariance)
        log_joint = np.log(weight) + log_evidence
        log_total = logsumexp(log_joint, axis=1)
        share = np.exp(log_joint - log_total[:, None])
        after = float(log_total.sum())
        mass = share.sum(axis=0) + 1e-9
        weight = mass / mass.sum()
        centre = np.einsum("nk,nkd->kd", share, mean) / mass[:, None]
        gap = mean - centre
        covariance = np.einsum("nk,nkd,nke->de", share, gap, gap) + np.einsum("nk,nde->de", share, spread)
        covariance = covariance / n_points + 1e-4 * np.eye(n_dims)
        if after - before < 1e-4 * n_points:
            break
        before = after
    n_parameters = (n_groups - 1) + n_groups * n_dims + n_dims * (n_dims + 1) / 2
    return Mixture(weight, centre, covariance, after - 0.5 * n_parameters * float(np.log(n_points)))


def _log_evidence(
    points: Blurred, centre: FloatArray, covariance: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each point under each bell: log evidence [n, k], posterior mean [n, k, d]; posterior covariance [n, d, d].

    With bell N(c, S), likelihood (P, h), Q = S⁻¹ + P and m = Q⁻¹(h + S⁻¹ c): |I + S P|^-½ exp(½ (mᵀ Q m − cᵀ S⁻¹ c)).
    """
    inverse = np.linalg.inv(covariance)
    joint = points.precision + inverse
    spread = np.linalg.inv(joint)
    pull = points.pull[:, None, :] + centre @ inverse
    mean = np.einsum("nde,nke->nkd", spread, pull)
    log_size = np.linalg.slogdet(joint)[1] + np.linalg.slogdet(covariance)[1]
    fit = np.einsum("nkd,nkd->nk", pull, mean) - np.einsum("kd,de,ke->k", centre, inverse, centre)
    return 0.5 * (fit - log_size[:, None]), mean, spread


def _spread_out(points: FloatArray, n_groups: int, rng: np.random.Generator) -> FloatArray:
    """Starting centres far from each other: k-means++ (Arthur and Vassilvitskii 2007)."""
    chosen = [points[rng.integers(len(points))]]
    for _ in range(n_groups - 1):
        far = np.min([np.sum((points - centre) ** 2, axis=1) for centre in chosen], axis=0)
        chosen.append(points[rng.choice(len(points), p=far / far.sum())] if far.sum() > 0 else chosen[0])
    return np.array(chosen)

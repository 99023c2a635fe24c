"""What others would answer: P(agree) of hidden votes by each peer, from the votes it is shown.

red-dwarf is Polis' own mathematics; it gives a map of two axes and no probabilities, so it gets the best that its map
allows: a logistic calibration, on the votes it saw, of each statement's smoothed rate and the inner product of
participant and axis. "notes" is the factorisation that Community Notes describes (squared error, one axis, penalties
.15 and .03), calibrated the same way. Rasch and factor models are penalised logistic regressions whose penalty is
chosen on an inner split of the votes shown.
"""

from __future__ import annotations

import time
import warnings

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

N_AXES = {"Rasch": 0, "factors 1": 1, "factors 2": 2, "factors 3": 3}
PENALTIES = (0.3, 1.0, 3.0)
INNER_SHARE = 0.15


def answer(system, shown, rows, columns, seed):
    """(P(agree) float64 [n], seconds of the fit) for pairs of row and column numbers."""
    if system == "red-dwarf":
        return red_dwarf(shown, rows, columns, seed)
    began = time.perf_counter()
    if system == "rate":
        probability = smoothed_rate(shown)[columns]
    elif system == "notes":
        probability = notes(shown, rows, columns, seed)
    else:
        probability = penalised(
            shown, rows, columns, seed, n_axes={"Rasch": 0}.get(system, int(system[-1:] == "2") + 1)
        )
    return probability, time.perf_counter() - began


def smoothed_rate(shown):
    return (shown.count(1) + 1) / (shown.count(1) + shown.count(-1) + 2)


def red_dwarf(shown, rows, columns, seed):
    warnings.filterwarnings("ignore")
    from reddwarf.implementations.polis import run_pipeline

    cast = [
        {"participant_id": int(i), "statement_id": int(j), "vote": int(vote), "modified": order}
        for order, (i, j, vote) in enumerate(zip(shown.participant, shown.statement, shown.stance, strict=True))
    ]
    began = time.perf_counter()
    result = run_pipeline(votes=cast, random_state=seed)
    seconds = time.perf_counter() - began
    position = np.zeros((shown.n_participants, 2))
    for participant, place in result.participant_projections.items():
        position[int(participant)] = place
    axis = np.zeros((shown.n_statements, 2))
    axis[np.asarray(result.filtered_vote_matrix.columns, dtype=int)] = result.reducer.components_.T
    score = np.einsum("nd,nd->n", position[shown.participant], axis[shown.statement])
    hidden = np.einsum("nd,nd->n", position[rows], axis[columns])
    return calibrated(shown, score, hidden, columns), seconds


def notes(shown, rows, columns, seed):
    stated = shown.is_stated
    i, j = shown.participant[stated], shown.statement[stated]
    target = (shown.stance[stated] > 0).astype(float)

    n, m = shown.shape

    def unpack(theta):
        middle, own, of, place, axis = np.split(theta, np.cumsum([1, n, m, n]))
        return middle[0], own, of, place, axis

    def loss(theta):
        middle, own, of, place, axis = unpack(theta)
        miss = middle + own[i] + of[j] + place[i] * axis[j] - target
        value = miss @ miss + 0.15 * (middle**2 + own @ own + of @ of) + 0.03 * (place @ place + axis @ axis)
        gradient = [
            [2 * miss.sum() + 0.3 * middle],
            2 * np.bincount(i, miss, n) + 0.3 * own,
            2 * np.bincount(j, miss, m) + 0.3 * of,
            2 * np.bincount(i, miss * axis[j], n) + 0.06 * place,
            2 * np.bincount(j, miss * place[i], m) + 0.06 * axis,
        ]
        return value, np.concatenate(gradient)

    start = 0.1 * np.random.default_rng(seed).standard_normal(1 + 2 * sum(shown.shape))
    middle, own, of, place, axis = unpack(
        minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    )

    def score(i, j):
        return middle + own[i] + of[j] + place[i] * axis[j]

    return calibrated(shown, score(shown.participant, shown.statement), score(rows, columns), columns)


def calibrated(shown, score, hidden_score, columns):
    """A logistic regression on score and the statement's rate, fitted to the votes shown."""
    rate = logit(smoothed_rate(shown))
    stated = shown.is_stated
    truth = shown.stance[stated] > 0
    seen = np.column_stack([np.ones(truth.size), rate[shown.statement[stated]], score[stated]])

    def loss(weight):
        chance = expit(seen @ weight)
        value = -np.mean(np.log(np.where(truth, chance, 1 - chance) + 1e-12))
        return value, seen.T @ (chance - truth) / len(truth)

    weight = minimize(loss, np.array([0.0, 1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return expit(np.column_stack([np.ones(len(columns)), rate[columns], hidden_score]) @ weight)


def penalised(shown, rows, columns, seed, *, n_axes):
    stated = shown.is_stated
    i, j, truth = shown.participant[stated], shown.statement[stated], shown.stance[stated] > 0
    inner = np.random.default_rng(seed + 1000).random(len(i)) < INNER_SHARE

    def predict(keep, penalty, rows, columns):
        return expit(fit_penalised(shown.shape, i[keep], j[keep], truth[keep], n_axes, penalty, seed)(rows, columns))

    def inner_loss(penalty):
        chance = predict(~inner, penalty, i[inner], j[inner])
        return -np.mean(np.log(np.where(truth[inner], chance, 1 - chance) + 1e-12))

    best = min(PENALTIES, key=inner_loss)
    return predict(np.ones(len(i), bool), best, rows, columns)


def fit_penalised(shape, i, j, truth, n_axes, penalty, seed):
    n, m = shape
    sizes = np.cumsum([n, m, n * n_axes])

    def unpack(theta):
        leaning, difficulty, place, axis = np.split(theta, sizes)
        return leaning, difficulty, place.reshape(n, n_axes), axis.reshape(m, n_axes)

    def loss(theta):
        leaning, difficulty, place, axis = unpack(theta)
        odds = leaning[i] + difficulty[j] + np.einsum("nd,nd->n", place[i], axis[j])
        miss = expit(odds) - truth
        value = np.sum(np.logaddexp(0, odds) - truth * odds) + 0.5 * penalty * theta @ theta
        by_person, by_statement = np.empty((n, n_axes)), np.empty((m, n_axes))
        for d in range(n_axes):
            by_person[:, d] = np.bincount(i, miss * axis[j, d], n)
            by_statement[:, d] = np.bincount(j, miss * place[i, d], m)
        gradient = [np.bincount(i, miss, n), np.bincount(j, miss, m), by_person.ravel(), by_statement.ravel()]
        return value, np.concatenate(gradient) + penalty * theta

    start = 0.3 * np.random.default_rng(seed).standard_normal(n + m + (n + m) * n_axes)
    found = unpack(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150}).x)
    leaning, difficulty, place, axis = found
    return lambda rows, columns: leaning[rows] + difficulty[columns] + np.einsum("nd,nd->n", place[rows], axis[columns])

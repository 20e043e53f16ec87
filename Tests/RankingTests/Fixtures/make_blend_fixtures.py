#!/usr/bin/env python3
"""Writes blend-cases.json: what the co-watch models, the factors, the blend and the measures give, in double precision.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6
    venv/bin/python make_blend_fixtures.py

Everything is written down a second time here, with dense matrices and no regard for speed. The co-watch models are reckoned
in both forms, items and rows, and both must agree before anything is written. The seed is fixed: the same version of numpy
writes the same file.
"""

import json
import pathlib

import numpy as np

SEED, USERS, ITEMS, LABELS = 20260101, 18, 12, 4
random = np.random.default_rng(SEED)


def positives():
    popularity = np.linspace(0.6, 0.15, ITEMS)
    X = (random.random((USERS, ITEMS)) < popularity).astype(float)
    X[X.sum(1) == 0, 0] = 1
    return X


def activity_factors(X, rho):
    a = np.maximum(X.sum(1), 1)
    return (a / np.exp(np.log(a).mean())) ** (-rho / 2)


def cease(X, F, lam, rho, alpha, p):
    """B by the items form, checked against the rows form; the scores of the users; a history that was not fitted."""
    s = activity_factors(X, rho)
    A = X * s[:, None]
    if F is not None:
        A = np.vstack([A, np.sqrt(alpha) * F])
    d = lam + p / (1 - p) * (A * A).sum(0)
    P = np.linalg.inv(A.T @ A + np.diag(d))
    B = -P / np.diag(P)[None, :]
    np.fill_diagonal(B, 0)
    W = A / d
    N = np.linalg.solve(np.eye(len(A)) + W @ A.T, W)
    diagonal = 1 / d - (W * N).sum(0)
    rows = (W.T @ N) / diagonal[None, :]
    np.fill_diagonal(rows, 0)
    assert np.allclose(rows, B, atol=1e-12)
    assert np.allclose(A[: len(X)] - N[: len(X)] / diagonal, A[: len(X)] @ B, atol=1e-12)
    history = np.zeros(ITEMS)
    history[[1, 4, 9]] = [1, 0.5, 0.25]
    return dict(regularisation=lam, activity=rho, labelShare=alpha if F is not None else 0.0, dropout=p,
                rowFactors=s, weights=B, scores=X @ B, history=history, historyScores=history @ B)


def als_start(n, dimension):
    """splitmix64 of each place, uniform in [-0.5, 0.5) / dimension"""
    with np.errstate(over="ignore"):
        z = (np.arange(n * dimension, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(float) * 2.0**-53 - 0.5).reshape(n, dimension) / dimension


def als_half(X, Q, reg, confidence):
    out = np.zeros((len(X), Q.shape[1]))
    for u, w in enumerate(X):
        if w.any():
            matrix = Q.T @ Q + confidence * (Q.T * w) @ Q + reg * np.eye(Q.shape[1])
            out[u] = np.linalg.solve(matrix, (1 + confidence) * (w @ Q))
    return out


def als(X, dimension, reg, confidence, sweeps):
    Q = als_start(X.shape[1], dimension)
    for _ in range(sweeps):
        Q = als_half(X.T, als_half(X, Q, reg, confidence), reg, confidence)
    return Q, als_half(X, Q, reg, confidence) @ Q.T


def z(S):
    S = S - S.mean(-1, keepdims=True)
    return S / (S.std(-1, keepdims=True) + 1e-12)


def blend(X, met, F):
    """met: how near what was met came to being liked, 0 ... 1"""
    weak = 0.6
    entries = X + weak * met
    Q, factors = als(entries, 4, 3.0, 5.0, 6)
    popularity = X.sum(0)
    known = popularity + (met > 0).sum(0)
    quality = (popularity + 20 * popularity.sum() / known.sum()) / (known + 20)
    S = z(cease(entries, F, 10.0, 0.5, 1.0, 0.0)["scores"]) + 0.5 * z(factors) + 0.25 * z(popularity)
    if met.any():
        S = S + 0.5 * z(quality)
    return dict(met=met, entries=entries, videos=Q, factorScores=factors, quality=quality,
                qualityShare=0.5 if met.any() else 0.0, blend=S - 1e6 * (met > 0))


def item_knn(X, k, shrink):
    G = X.T @ X
    c = np.diag(G)
    S = G / (np.sqrt(np.outer(c, c)) + shrink)
    np.fill_diagonal(S, 0)
    threshold = -np.partition(-S, k - 1, axis=0)[k - 1]
    return dict(k=k, shrink=shrink, scores=X @ np.where(S >= threshold, S, 0))


def measures(X):
    """A fifth of each row is hidden; the scores have many ties."""
    train, hidden = X.copy(), []
    for row in train:
        liked = np.flatnonzero(row)
        taken = random.choice(liked, int(np.ceil(0.2 * len(liked))), replace=False) if len(liked) > 1 else []
        row[taken] = 0
        hidden.append(sorted(int(i) for i in taken))
    S = np.round(random.random(X.shape), 1)
    lists, out = [], {f"{m}@{k}": [] for m in ("ndcg", "recall") for k in (3, 10)}
    for u in range(len(X)):
        order = [int(i) for i in np.lexsort((np.arange(ITEMS), -S[u])) if not train[u, i]]
        lists.append(order[:10])
        for k in (3, 10):
            if hidden[u]:
                hit = np.isin(order[:k], hidden[u])
                gain = 1 / np.log2(np.arange(len(hit)) + 2)
                ideal = (1 / np.log2(np.arange(min(k, len(hidden[u]))) + 2)).sum()
                out[f"ndcg@{k}"].append((hit * gain).sum() / ideal)
                out[f"recall@{k}"].append(hit.sum() / len(hidden[u]))
    return dict(train=train, hidden=hidden, scores=S, lists=lists, perUser={k: np.array(v) for k, v in out.items()})


def plain(value):
    if isinstance(value, np.ndarray):
        whole = value.astype(int)
        return (whole if (whole == value).all() else value).tolist()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value


X = positives()
F = (random.random((LABELS, ITEMS)) < 0.3).astype(float)
F[F.sum(1) == 0, 0] = 1
met = np.where((random.random((USERS, ITEMS)) < 0.2) & (X == 0), random.integers(1, 8, (USERS, ITEMS)) / 8, 0.0)
cases = dict(
    liked=X,
    labels=F,
    coWatch=dict(
        ease=cease(X, None, 10.0, 0.0, 0.0, 0.0),
        edlae=cease(X, None, 10.0, 0.0, 0.0, 0.25),
        cease=cease(X, F, 10.0, 0.0, 0.5, 0.0),
        weighted=cease(X, F, 10.0, 0.5, 1.0, 0.0),
        everything=cease(X, F, 10.0, 0.5, 1.0, 0.25),
    ),
    blends=dict(liked=blend(X, np.zeros_like(met), F), met=blend(X, met, F)),
    itemNeighbours=item_knn(X, 5, 10.0),
    measures=measures(X),
)
target = pathlib.Path(__file__).with_name("blend-cases.json")
target.write_text(json.dumps(plain(cases)) + "\n")
print(target.name, target.stat().st_size, "bytes, numpy", np.__version__)

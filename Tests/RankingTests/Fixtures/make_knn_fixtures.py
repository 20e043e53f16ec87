#!/usr/bin/env python3
"""Writes knn-cases.json: what scikit-learn's NearestNeighbors and KNeighborsRegressor answer on random cases.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    venv/bin/python make_knn_fixtures.py

The seed is fixed: the same versions write the same file. Where points tie at the cut to k, scikit-learn's choice among
them is arbitrary (argpartition). Ranking takes the earlier point. Such cases are built on multiples of 1/4, whose
distances are exact in a double, the k points are chosen by a stable sort, the script asserts that scikit-learn finds the
same *distances*, and the prediction is scikit-learn's own, fitted on exactly those k points. For k larger than n, which
scikit-learn refuses, the expected answer is its answer for k = n.
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.neighbors import KNeighborsRegressor, NearestNeighbors

SEED = 20260301
random = numpy.random.default_rng(SEED)


def labels(rows, columns, density, grid=None):
    """Sparse label weights in 0…1; `grid`: multiples of this instead of free numbers."""
    values = random.random((rows, columns))
    values = numpy.round(values / grid) * grid if grid else numpy.round(values, 4)
    return values * (random.random((rows, columns)) < density)


def case(name, points, targets, queries, k, weights):
    points, targets, queries = (numpy.asarray(a, dtype=float) for a in (points, targets, queries))
    used = min(k, len(points))
    neighbours = NearestNeighbors(n_neighbors=used, algorithm="brute").fit(points)
    regressor = KNeighborsRegressor(n_neighbors=used, weights=weights, algorithm="brute").fit(points, targets)
    found, _ = neighbours.kneighbors(queries)
    plain = regressor.predict(queries)

    indices, distances, predictions, ties = [], [], [], 0
    for row, query in enumerate(queries):
        direct = numpy.sqrt(((points - query) ** 2).sum(axis=1))
        order = numpy.argsort(direct, kind="stable")
        chosen = order[:used]
        assert numpy.allclose(found[row], direct[chosen], atol=1e-7, rtol=0), name
        if used < len(points) and direct[order[used]] - direct[order[used - 1]] < 1e-9:
            assert direct[order[used]] == direct[order[used - 1]], f"{name}: a tie that is not exact"
            ties += 1
            local = KNeighborsRegressor(n_neighbors=used, weights=weights, algorithm="brute")
            prediction = local.fit(points[chosen], targets[chosen]).predict([query])[0]
        else:
            prediction = plain[row]
        indices.append(chosen.tolist())
        distances.append([round(float(d), 12) for d in found[row]])
        predictions.append(round(float(prediction), 12))
    return {
        "name": name,
        "k": k,
        "weights": weights,
        "ties_at_cut": ties,
        "points": points.tolist(),
        "targets": targets.tolist(),
        "queries": queries.tolist(),
        "indices": indices,
        "distances": distances,
        "predictions": predictions,
    }


def ratings(count):
    return numpy.round(random.random(count) * 1.75, 4)


def cases():
    for weights in ("uniform", "distance"):
        for number in range(12):
            n, columns = int(random.integers(5, 40)), int(random.integers(2, 13))
            yield case(f"random {number}", labels(n, columns, 0.5), ratings(n), labels(4, columns, 0.5),
                       int(random.integers(1, n + 1)), weights)
        for number in range(10):
            n, columns = int(random.integers(8, 30)), int(random.integers(2, 5))
            yield case(f"ties {number}", labels(n, columns, 0.6, 0.5), ratings(n), labels(5, columns, 0.6, 0.5),
                       int(random.integers(1, n)), weights)
        for number in range(3):
            n = int(random.integers(1, 9))
            yield case(f"k larger than n {number}", labels(n, 6, 0.6), ratings(n), labels(3, 6, 0.6),
                       n + int(random.integers(1, 20)), weights)
        for k in (1, 5):
            yield case(f"one video, k {k}", labels(1, 4, 0.8), ratings(1), labels(3, 4, 0.8), k, weights)
        for number in range(3):
            n = int(random.integers(4, 12))
            vector = labels(1, 5, 0.9, 0.25)
            yield case(f"identical vectors {number}", numpy.repeat(vector, n, axis=0), ratings(n),
                       numpy.vstack([vector, labels(2, 5, 0.7, 0.25)]), int(random.integers(1, n)), weights)
        for number in range(3):
            n = 14
            points = labels(n, 6, 0.5, 0.25)
            points[[2, 7, 9]] = points[4]
            yield case(f"queries that were watched {number}", points, ratings(n), points[[0, 4, 9]],
                       int(random.integers(2, 7)), weights)
        for number in range(2):
            points = labels(10, 5, 0.5, 0.25)
            points[[0, 3, 8]] = 0
            yield case(f"zero vectors {number}", points, ratings(10),
                       numpy.vstack([numpy.zeros((1, 5)), labels(2, 5, 0.6, 0.25)]), 4 + number, weights)
        yield case("only zero vectors", numpy.zeros((6, 4)), ratings(6), labels(3, 4, 0.6, 0.25), 3, weights)
        yield case("many labels", labels(30, 60, 0.1), ratings(30), labels(3, 60, 0.1), 7, weights)
        yield case("weights of any size", labels(20, 8, 0.6) * 40 - 10, ratings(20) * 100 - 50,
                   labels(4, 8, 0.6) * 40 - 10, 5, weights)


written = {
    "made_by": {"numpy": numpy.__version__, "scikit-learn": sklearn.__version__, "seed": SEED},
    "cases": list(cases()),
}
path = pathlib.Path(__file__).with_name("knn-cases.json")
path.write_text(json.dumps(written, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
tied = sum(c["ties_at_cut"] > 0 for c in written["cases"])
print(f"{len(written['cases'])} cases, {tied} with a tie at the cut, {path.stat().st_size} bytes")

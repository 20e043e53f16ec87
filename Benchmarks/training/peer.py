"""One peer in a process of its own, so that its memory is known: `peer.py als|ease32|ease64 FILE THREADS`, one line of JSON."""

import json
import sys
import time

import numpy
import scipy.sparse

FACTORS, ITERATIONS, REGULARISATION = 64, 15, 100.0


def als(rows, threads):
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors=FACTORS, iterations=ITERATIONS, num_threads=threads, random_state=1, use_gpu=False
    )
    model.fit(rows.astype(numpy.float32), show_progress=False)
    return model.item_factors


def ease(rows, kind):
    """Steck 2019, as printed there: the inverse of a dense matrix of items × items, which is filled a part at a time."""
    columns, count = rows.T.tocsr(), rows.shape[1]
    weights = numpy.empty((count, count), dtype=kind)
    for first in range(0, count, 1_000):
        weights[first : first + 1_000] = (columns[first : first + 1_000] @ rows).toarray()
    weights[numpy.diag_indices_from(weights)] += REGULARISATION
    weights = numpy.linalg.inv(weights)
    weights /= -numpy.diag(weights)
    weights[numpy.diag_indices_from(weights)] = 0
    return weights


def main():
    method, file, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    read = numpy.load(file)
    children, watched = read["watched"].shape
    rows = scipy.sparse.csr_matrix(
        (numpy.ones(children * watched), read["watched"].ravel(), numpy.arange(0, children * watched + 1, watched)),
        shape=(children, int(read["videos"])),
    )
    if method != "als":
        rows = rows.astype(numpy.float32 if method == "ease32" else numpy.float64)
    started = time.perf_counter()
    fitted = als(rows, threads) if method == "als" else ease(rows, rows.dtype)
    seconds = time.perf_counter() - started
    assert numpy.isfinite(fitted[::97]).all()
    print(json.dumps({"fit_s": seconds, "shape": fitted.shape, "type": str(fitted.dtype)}))


main()

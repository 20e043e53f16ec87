#!/usr/bin/env python3
# Exact nearest neighbours over 3,000 to 1,000,000 vectors, beside numpy, faiss and hnswlib, one thread each.
"""The vectors are 64 float32 numbers around 2,000 Gaussian centres, or without structure (--shape plain). Every turn
runs every contender once, so that what else the machine does falls on all alike; read the ratios. Times are per query,
the median over the turns and (lowest–highest). Recall is of the 50 nearest against a scan in double precision; `other`
counts queries whose ids or order differ from it. GB/s are those of the float32 rows (or of the codes) that a single
query reads; the rows named `limit` say what the machine's memory and its BLAS give.

The peers are installed into .build/bench/neighbours, a virtual environment of the benchmark's own. The measuring program
is a product of Package.swift that exists where KYCK_BENCHMARKS is set; it is built unless --program names one.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bench import figures, peers  # noqa: E402
from bench.server import ROOT, stop  # noqa: E402

PEERS = ["numpy==2.4.6", "faiss-cpu==1.15.1", "hnswlib==0.8.0"]
PROGRAM = ROOT / ".build" / "release" / "NeighboursBench"

if __name__ == "__main__" and not {"-h", "--help"} & set(sys.argv):
    peers.go_on_with("neighbours", PEERS)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    import faiss
    import hnswlib
    import numpy

DIMENSION, K, BATCH = 64, 50, 256


class Kyck:
    """The benchmark program, spoken to line by line."""

    def __init__(self, program, directory):
        self.directory = directory
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer or answer.startswith(("error", "unknown")):
            stop(f"the measuring program answers {answer or 'nothing'!r} to {words[0]}", code=1)
        return float(answer)

    def run(self, how, form, count):
        out = os.path.join(self.directory, "found")
        seconds = self.ask("run", how, form, K, count, out)
        return seconds, numpy.fromfile(out, dtype=numpy.int32).reshape(count, K)


def data(rows, shape, seed=7):
    random = numpy.random.default_rng(seed)
    if shape == "plain":
        vectors = random.standard_normal((rows + BATCH, DIMENSION), dtype=numpy.float32)
    else:
        centres = random.standard_normal((2000, DIMENSION), dtype=numpy.float32)
        vectors = centres[random.integers(0, 2000, rows + BATCH)]
        vectors += 0.5 * random.standard_normal(vectors.shape, dtype=numpy.float32)
    return numpy.ascontiguousarray(vectors[:rows]), numpy.ascontiguousarray(vectors[rows:])


def truth(vectors, queries):
    """The plain scan in double precision; equal distances by row number."""
    found = numpy.empty((len(queries), K), dtype=numpy.int32)
    half = numpy.einsum("ij,ij->i", vectors, vectors, dtype=numpy.float64) / 2
    for number, query in enumerate(queries):
        # Products in float32 to narrow down to 4,000, differences in double precision for the order.
        near = numpy.arange(len(vectors))
        if len(vectors) > 4000:
            near = numpy.argpartition(half - vectors @ query, 4000)[:4000]
        apart = vectors[near].astype(numpy.float64) - query
        distance = (apart * apart).sum(axis=1)
        found[number] = near[numpy.lexsort((near, distance))][:K]
    return found


def numpy_single(vectors, half):
    def search(query):
        distance = half - vectors @ query
        near = numpy.argpartition(distance, K)[:K]
        return near[numpy.argsort(distance[near])]

    return lambda queries: numpy.array([search(query) for query in queries])


def numpy_batch(vectors, half, tile=8192):
    """One product per tile, and the best of each tile merged."""

    def search(queries):
        best, ids = None, None
        for first in range(0, len(vectors), tile):
            part = half[first : first + tile] - queries @ vectors[first : first + tile].T
            near = numpy.argpartition(part, K, axis=1)[:, :K] if part.shape[1] > K else None
            if near is None:
                near = numpy.tile(numpy.arange(part.shape[1]), (len(queries), 1))
            distance = numpy.take_along_axis(part, near, 1)
            best = distance if best is None else numpy.hstack([best, distance])
            ids = near + first if ids is None else numpy.hstack([ids, near + first])
            if best.shape[1] > K:
                keep = numpy.argpartition(best, K - 1, axis=1)[:, :K]
                best, ids = numpy.take_along_axis(best, keep, 1), numpy.take_along_axis(ids, keep, 1)
        return numpy.take_along_axis(ids, numpy.argsort(best, axis=1), 1)

    return search


def faiss_search(index, threshold):
    def search(queries):
        faiss.cvar.distance_compute_blas_threshold = threshold
        return index.search(queries, K)[1]

    return search


def timed(search):
    def run(queries):
        start = time.perf_counter()
        found = search(queries)
        return time.perf_counter() - start, found

    return run


def contenders(kyck, vectors, queries, arguments):
    """(name, bytes read by one query or 0, queries at a time, run)."""
    rows, usual = len(vectors), faiss.cvar.distance_compute_blas_threshold
    half = (numpy.einsum("ij,ij->i", vectors, vectors) / 2).astype(numpy.float32)
    full, coded = vectors.nbytes, rows * (DIMENSION + 8.5)
    one = max(4, min(BATCH, int(2_000_000 / rows)))
    flat = faiss.IndexFlatL2(DIMENSION)
    flat.add(vectors)
    yield "limit: sum over the memory", full, one, timed(lambda queries: [vectors.sum() for _ in queries] and None)
    yield "limit: sgemv", full, one, timed(lambda queries: [vectors @ query for query in queries] and None)
    yield "numpy sgemv + argpartition", full, one, timed(numpy_single(vectors, half))
    yield "faiss flat", full, one, timed(lambda queries: numpy.vstack([flat.search(q[None], K)[1] for q in queries]))
    eight = faiss.IndexScalarQuantizer(DIMENSION, faiss.ScalarQuantizer.QT_8bit)
    eight.train(vectors[:100_000])
    eight.add(vectors)
    yield "faiss SQ8", vectors.size, one, timed(
        lambda queries: numpy.vstack([eight.search(q[None], K)[1] for q in queries])
    )
    yield "kyck float32", full, one, lambda queries: kyck.run("single", "values", len(queries))
    yield "kyck int8 + exact", coded, one, lambda queries: kyck.run("single", "codes", len(queries))
    if rows <= arguments.hnsw:
        graph = hnswlib.Index("l2", DIMENSION)
        graph.init_index(rows, M=16, ef_construction=200)
        graph.add_items(vectors, num_threads=2)
        graph.set_num_threads(1)
        for ef in (50, 100, 200, 400, 800):

            def search(queries, ef=ef):
                graph.set_ef(ef)
                return numpy.vstack([graph.knn_query(q, K)[0] for q in queries])

            yield f"hnswlib M 16, ef {ef}", 0, BATCH, timed(search)
    yield "limit: sgemm, batch", 0, BATCH, timed(
        lambda queries: [queries @ vectors[first : first + 8192].T for first in range(0, rows, 8192)] and None
    )
    yield "numpy sgemm + argpartition, batch", 0, BATCH, timed(numpy_batch(vectors, half))
    yield "faiss flat, batch, as installed", 0, BATCH, timed(faiss_search(flat, usual))
    yield "faiss flat, batch, BLAS threshold 20", 0, BATCH, timed(faiss_search(flat, 20))
    yield "faiss SQ8, batch", 0, BATCH, timed(faiss_search(eight, usual))
    yield "kyck float32, batch", 0, BATCH, lambda queries: kyck.run("batch", "values", len(queries))
    yield "kyck int8 + exact, batch", 0, BATCH, lambda queries: kyck.run("batch", "codes", len(queries))


def compare(rows, arguments):
    vectors, queries = data(rows, arguments.shape)
    expected = truth(vectors, queries)
    with tempfile.TemporaryDirectory() as directory:
        for name, values in (("vectors", vectors), ("queries", queries)):
            values.tofile(os.path.join(directory, name))
        kyck = Kyck(arguments.program, directory)
        loaded = kyck.ask("load", rows, DIMENSION, os.path.join(directory, "vectors"))
        kyck.ask("queries", os.path.join(directory, "queries"))
        field = list(contenders(kyck, vectors, queries, arguments))
        times, found = {name: [] for name, *_ in field}, {}
        for _ in range(arguments.turns):
            for name, _, count, run in field:
                seconds, found[name] = run(queries[:count])
                times[name].append(seconds / count)
        inserted = kyck.ask("insert", 200) / 200
        kyck.process.stdin.close()
        kyck.process.wait()

    lines, result = [], {}
    for name, size, count, _ in field:
        milliseconds = [seconds * 1e3 for seconds in times[name]]
        median = statistics.median(milliseconds)
        recall, other = "", ""
        if found[name] is not None:
            pairs = list(zip(found[name], expected[:count]))
            recall = round(sum(len(set(a) & set(b)) for a, b in pairs) / K / count, 4)
            other = sum(list(a) != list(b) for a, b in pairs)
        rate = round(size / median / 1e6, 1) if size else ""
        lines.append([name, f"{1e3 / median:,.0f}", figures.spread(milliseconds, 3), rate, recall, other])
        result[name] = {"ms": median, "gb_per_s": rate or None, "recall": recall if recall != "" else None}
    figures.report(
        f"{rows:,} vectors ({vectors.nbytes / 1e6:,.1f} MB), {arguments.shape}: loaded in {loaded:.2f} s, "
        f"{inserted * 1e6:.0f} µs an insert while readers hold the table before",
        {"benchmark": "neighbours", "rows": rows, "shape": arguments.shape, "load_s": loaded, "insert_s": inserted}
        | {"contenders": result},
        ["", "queries/s", "ms", "GB/s", "recall", "other"],
        lines,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="3000,100000,1000000")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--shape", choices=["clusters", "plain"], default="clusters")
    parser.add_argument("--hnsw", type=int, default=100_000, help="largest number of rows hnswlib is built for")
    parser.add_argument("--program", type=pathlib.Path, help="the measuring program; else it is built")
    parser.add_argument("--quick", action="store_true", help="3,000 and 20,000 rows, two turns: a smoke test")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rows, arguments.turns, arguments.hnsw = "3000,20000", 2, 3000
    if arguments.program is None:
        arguments.program = PROGRAM
        build = ["swift", "build", "-c", "release", "--product", PROGRAM.name]
        if subprocess.run(build, cwd=ROOT, env=os.environ | {"KYCK_BENCHMARKS": "1"}).returncode:
            stop("the measuring program does not build")
    faiss.omp_set_num_threads(1)
    print(f"{', '.join(PEERS)}; {K} nearest of vectors of {DIMENSION} numbers, one thread")
    for rows in arguments.rows.split(","):
        compare(int(rows), arguments)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# Training (time, peak memory) on 1,000,000 watched videos, beside implicit's ALS and an EASE in numpy.
"""`kyck train` over catalogues of 1,000, 10,000 and 20,000 videos with 1,000,000 totals of 10,000 children, and beside it
on the same totals ALS (implicit, 64 factors, 15 iterations) and EASE (numpy, items × items, as its paper prints it), in
double precision, as Kyck reckons, and up to 10,000 videos in single precision too. All may use every core.

They do not do the same. A peer fits once, with settings it is given, and forgets the result. `kyck train` reads its
database, chooses ten settings of its blend by some thirty trials on a held-out part, fits co-watch with label rows and
factors on everything, cuts, encodes and stores the model. So its time is also told by part: `one fit` is what compares
with a peer, the fit of both models with the chosen settings (factors only where the choice gave them a weight).

Peak memory is that of the process. Kyck is told how much fitting may take (--memory, MiB); where not all videos fit, it
leaves the least watched to labels and popularity, and the table says how many. Exits with 1 when fitting took more than it
may beyond what the process held before. What takes longer than --limit is ended and said to.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bench import figures, peers  # noqa: E402
from bench.server import Kyck, Workspace, binary, stop, turn_signals_into_exits  # noqa: E402

PEERS = ["implicit==0.7.3", "numpy==2.4.6", "scipy==1.17.1"]
CORES = os.cpu_count()
#: What `kyck train` says it is doing, and what the part that begins there is called.
PARTS = (
    (r"reading what", "reading"),
    (r"choosing settings", "choosing"),
    (r"fitting \d", "one fit"),
    (r"keeping", "keeping"),
)
NAMES = {"als": "implicit ALS", "ease64": "numpy EASE, float64", "ease32": "numpy EASE, float32"}

SINGLE_PRECISION_UP_TO = 10_000
#: Bytes for each pair of videos: the matrix, its inverse, and what LAPACK works on. ALS has none.
COPIES = {"als": 0, "ease64": 4 * 8, "ease32": 4 * 4}


def available():
    """Memory that is free for a process, in MiB."""
    text = pathlib.Path("/proc/meminfo").read_text()
    return int(re.search(r"MemAvailable:\s+(\d+)", text).group(1)) / 1024


def peak(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) / 1024


class Ended:
    """Ends a process that takes too long."""

    def __init__(self, process, limit):
        self.process, self.limit, self.late = process, limit, False
        self.timer = threading.Timer(limit, self.end)
        self.timer.daemon = True
        self.timer.start()

    def end(self):
        self.late = True
        self.process.kill()

    def wait(self):
        """Waits for the process; answers its peak in MiB."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.timer.cancel()
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_maxrss / 1024

    @property
    def failure(self):
        if self.late:
            return f"more than {self.limit} s"
        return f"ended with {self.process.returncode}" if self.process.returncode else None


def train(kyck, memory, limit):
    """One `kyck train`: its seconds in whole and by part, its peak, and how much of it fitting added."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [binary(), "train", "--json", "--memory", str(memory)], env=kyck.environment, cwd=kyck.folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    ended = Ended(process, limit)
    began, trials, before, said = {}, 0, 0, []
    for line in process.stderr:
        said = [*said[-4:], line.strip()]
        step = line.removeprefix("train: ")
        part = next((part for pattern, part in PARTS if re.match(pattern, step)), None)
        if part and part not in began:
            began[part] = time.perf_counter()
            if part == "choosing":
                before = peak(process.pid)
        trials += bool(re.search(r": [0-9.]+$", step))
    output = process.stdout.read()
    highest = ended.wait()
    moments = [*began.values(), time.perf_counter()]
    measured = {
        "seconds": moments[-1] - started, "peak_mib": highest, "fitting_mib": highest - before, "trials": trials,
        "parts": {part: end - begin for part, begin, end in zip(began, moments, moments[1:])},
    }
    if ended.late:
        return measured | {"failed": ended.failure}
    if ended.failure:
        stop(f"kyck train {ended.failure}: {' | '.join(said)}", 70)
    summary = json.loads(output)
    return measured | {
        "videos_fitted": summary["videos"], "left_out": summary["leftOut"], "figure": summary["figure"],
        "by_popularity": summary["popularity"],
    }


def fit(method, file, limit):
    """One peer in a process of its own."""
    threads = {name: str(CORES) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    # implicit asks for BLAS to be kept to one thread: it has its own.
    threads["OPENBLAS_NUM_THREADS"] = "1" if method == "als" else str(CORES)
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, HERE / "peer.py", method, file, str(CORES)], env=os.environ | threads, stdout=subprocess.PIPE,
        text=True,
    )
    ended = Ended(process, limit)
    output = process.stdout.read()
    highest = ended.wait()
    measured = {"seconds": time.perf_counter() - started, "peak_mib": highest}
    return measured | ({"failed": ended.failure} if ended.failure else json.loads(output))


def fill(videos, options, file, database):
    """The data for all: watched videos by number for the peers, and the whole schema for Kyck."""
    import numpy

    from bench.audience import Audience

    audience = Audience(videos, options.plays // options.watched, options.watched)
    numpy.savez(file, watched=numpy.sort(audience.watched, axis=1), videos=videos)
    audience.fill(database)


def measure(videos, options, folder):
    file = folder / "watched.npz"
    kyck = Kyck(folder)
    kyck.run("migrate")
    # In a process of its own: what this one held at most would be counted as the peak of those it starts.
    filling = multiprocessing.get_context("fork").Process(target=fill, args=(videos, options, file, kyck.database))
    filling.start()
    filling.join()
    if filling.exitcode:
        stop(f"the data could not be written: {filling.exitcode}", 70)
    result = {"videos": videos, "kyck": [], **{method: [] for method in NAMES}}
    for _ in range(options.rounds):
        result["kyck"].append(train(kyck, options.memory, options.limit))
        print(f"{videos:,} videos: kyck train: {result['kyck'][-1]}", file=sys.stderr)
        for method in NAMES:
            needed = COPIES[method] * videos**2 / 2**20
            if method == "ease32" and videos > SINGLE_PRECISION_UP_TO:
                continue
            if needed > available():
                result[method].append({"failed": f"needs about {needed / 1024:.0f} GiB"})
            else:
                result[method].append(fit(method, file, options.limit))
            print(f"{videos:,} videos: {NAMES[method]}: {result[method][-1]}", file=sys.stderr)
    return result


def lines(result):
    def line(name, runs, of_one_fit):
        failed = next((run["failed"] for run in runs if "failed" in run), None)
        peaks = [run["peak_mib"] for run in runs if "peak_mib" in run]
        return [
            f"{result['videos']:,}", name, failed or figures.spread([run["seconds"] for run in runs], 1),
            "" if failed else figures.spread([of_one_fit(run) for run in runs], 1),
            figures.spread(peaks) if peaks else "",
        ]

    kyck = result["kyck"]
    left = kyck[0].get("left_out")
    yield line(
        f"kyck train, {kyck[0]['trials']} trials" + (f", {left:,} videos left out" if left else ""), kyck,
        lambda run: run["parts"]["one fit"],
    )
    for method, name in NAMES.items():
        if result[method]:
            yield line(name, result[method], lambda run: run["fit_s"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: 500 videos and 20,000 plays")
    parser.add_argument("--sizes", default="1000,10000,20000", help="numbers of videos")
    parser.add_argument("--plays", type=int, default=1_000_000)
    parser.add_argument("--watched", type=int, default=100, help="videos each child has watched")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--memory", type=int, default=4_096, help="MiB that kyck train may take for fitting")
    parser.add_argument("--limit", type=int, default=600, help="seconds that one of them may take")
    parser.add_argument("--keep", action="store_true", help="keep the data")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.plays, options.watched = "500", 20_000, 40
    peers.go_on_with("training", PEERS)
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        measured = []
        for videos in map(int, options.sizes.split(",")):
            folder = work.path / str(videos)
            folder.mkdir()
            measured.append(measure(videos, options, folder))
    head = ["videos", "", "s in whole", "s for one fit", "peak MiB"]
    result = {"peers": PEERS, "plays": options.plays, "memory_mib": options.memory, "sizes": measured}
    figures.report("training", result, head, [line for each in measured for line in lines(each)])
    over = [run for each in measured for run in each["kyck"] if run["fitting_mib"] > options.memory]
    if over:
        sys.exit(f"fitting took {max(run['fitting_mib'] for run in over):,.0f} MiB of {options.memory:,} that it may")


main()

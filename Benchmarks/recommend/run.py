#!/usr/bin/env python3
# A whole recommendation request over HTTP, beside the original design: Flask, gunicorn and scikit-learn, fitted per request.
"""Twenty recommendations for one of 1,000 children who have watched 50 videos each, out of 3,000 and of 100,000.

Kyck is `kyck recommender`, which reads the child's history from its database for every request; before and after training
(`kyck train`). The peer does what the original design does (recommend/peer.py): it reads the child's history, fits a
regression over label vectors, predicts every video the child has not watched, sorts, and answers the best. It is measured
twice: with the label vectors kept in memory, and, as the original had it, read from the database for every request. It
has as many sync workers as the machine has cores, and one thread in each; for a single client as many threads as cores
where that is faster.

Both have the same videos, labels, children and plays in SQLite, and are asked over HTTP by wrk on the same machine, in
turns. The peer has no rules of who may see what, no variety, no reasons; Kyck's catalogue also holds videos for older
children, which must not come up. Before anything is timed, the answers of 50 children are checked, and ten of the
peer's.

Memory is PSS: of all the processes of a service, pages they share counted once.
"""

import argparse
import itertools
import json
import math
import os
import pathlib
import sqlite3
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bench import figures, peers, wrk  # noqa: E402
from bench.server import Kyck, Workspace, free_port, need, stop, turn_signals_into_exits  # noqa: E402

PEERS = ["flask==3.1.3", "gunicorn==27.0.1", "numpy==2.4.6", "scikit-learn==1.9.1"]
TOKEN = "the-benchmark's-service-token"
PLACES, WATCHED, CORES = 20, 50, os.cpu_count()
CLIENTS = (16, 1)
REASONS = {"because_you_watched", "next_in_series", "popular_at_this_age", "new", "balance"}


def pss(process):
    """Memory of a process and its children in MiB."""
    pid = process.pid
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    kib = 0
    for each in [pid, *children]:
        rollup = pathlib.Path(f"/proc/{each}/smaps_rollup").read_text()
        kib += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
    return kib / 1024


def get(url, token=None, method="GET"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers, method=method), timeout=120) as answer:
        text = answer.read()
    return json.loads(text) if text else None


class Recommender(Kyck):
    """`kyck recommender` over the data of `audience`."""

    token = TOKEN

    def __init__(self, name, folder, audience):
        super().__init__(folder, KYCK_SERVICE_TOKEN=TOKEN)
        self.name = name
        self.environment["KYCK_RECOMMENDER_PORT"] = str(self.port)
        self.run("migrate")
        audience.fill(self.database)

    def begin(self, audience):
        ready = self.start("recommender")
        # The app asks for this while a child watches.
        for child in audience.children:
            get(f"{self.url}/v1/tastes/{child}", TOKEN, "POST")
        return ready

    def path(self, child):
        return f"/v1/recommendations/{child}?n={PLACES}"

    def check(self, items, watched, audience):
        found = [item["video_id"] for item in items]
        known = set(audience.videos)
        return len(set(found)) == PLACES and set(found) <= known and {item["reason"] for item in items} <= REASONS


class Original:
    """The original design: gunicorn with as many sync workers as there are cores."""

    token = None

    def __init__(self, name, folder, keeps, threads):
        self.name, self.folder, self.keeps, self.threads = name, folder, keeps, threads
        self.process = None

    @staticmethod
    def fill(path, audience):
        database = sqlite3.connect(path)
        database.executescript(
            "PRAGMA journal_mode = WAL;"
            "CREATE TABLE video (number INTEGER PRIMARY KEY, id TEXT NOT NULL, vector BLOB NOT NULL);"
            "CREATE TABLE watched (child TEXT, video INTEGER, ratio REAL, PRIMARY KEY (child, video)) WITHOUT ROWID;"
        )
        vectors = audience.matrix()
        database.executemany(
            "INSERT INTO video VALUES (?, ?, ?)",
            ((n, video, vectors[n].tobytes()) for n, video in enumerate(audience.videos)),
        )
        for child, watched, ratio in zip(audience.children, audience.watched, audience.ratio):
            database.executemany(
                "INSERT INTO watched VALUES (?, ?, ?)",
                ((child, video, part) for video, part in zip(watched.tolist(), ratio.tolist())),
            )
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.port = free_port()
        threads = {name: str(self.threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        environment = os.environ | threads | {
            "KEEPS": str(int(self.keeps)), "PEER_DATABASE": str(self.folder / "peer.sqlite"),
        }
        with open(self.folder / "peer.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", str(CORES),
                 "--preload", "--timeout", "120", "--log-level", "warning", "peer:app"],
                cwd=HERE, env=environment, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                get(f"{self.url}/ready")
                return self
            except OSError:
                time.sleep(0.02)
        self.end()
        stop(f"the peer did not start: {(self.folder / 'peer.log').read_text()[-600:]}", 70)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def __exit__(self, *_):
        self.end()

    def path(self, child):
        return f"/recommendations/{child}?n={PLACES}"

    def check(self, items, watched, audience):
        found = [item["video_id"] for item in items]
        ratings = [item["rating"] for item in items]
        seen = {audience.videos[video] for video in watched}
        return len(set(found)) == PLACES and not seen & set(found) and ratings == sorted(ratings, reverse=True)


def checked(service, audience, count):
    """Asks for so many children, one after the other; ends the benchmark where an answer is not what it has to be.

    Answers the lists, and how long one took on the average.
    """
    lists, seconds = [], 0
    for child, watched in list(zip(audience.children, audience.watched.tolist()))[:count]:
        started = time.monotonic()
        items = get(service.url + service.path(child), service.token)["items"]
        seconds += time.monotonic() - started
        if not service.check(items, watched, audience):
            stop(f"{service.name} answers child {child} with {items}", 70)
        lists.append([item["video_id"] for item in items])
    return lists, seconds / len(lists)


def load(service, audience, folder, connections, seconds):
    targets = folder / "targets"
    targets.write_text("".join(f"{service.path(child)} {service.token or ''}\n" for child in audience.children))
    return wrk.run(HERE / "recommend.lua", service.url, connections, seconds, targets, PLACES, patience=60)


def measure(size, options, folder):
    from bench.audience import Audience

    audience = Audience(size, options.children, WATCHED)
    started = time.monotonic()
    kyck = Recommender("Kyck", folder, audience)
    Original.fill(folder / "peer.sqlite", audience)
    facts = {"filled_s": time.monotonic() - started}
    runs = {}

    def turn(service, name, connections):
        # Long enough for each of 16 clients to be answered four times, where that takes longer.
        seconds = max(options.seconds, min(60, math.ceil(4 * 16 * service.pace / CORES)))
        load(service, audience, folder, connections, max(1, seconds // 4))
        answer = load(service, audience, folder, connections, seconds)
        if answer["bad"] or answer["socket_errors"] or not answer["good"]:
            stop(f"{name}: {answer}", 70)
        answer["memory"] = pss(service.process)
        runs.setdefault(f"{connections} {name}", []).append(answer)
        print(f"{size:,} videos, {connections} clients, {name}: {answer['rate']:.1f}/s, p50 {answer['p50']:.1f} ms,"
              f" p99 {answer['p99']:.1f} ms, {answer['memory']:.0f} MiB", file=sys.stderr)

    lists, pace = [], {}
    for keeps, threads in itertools.product((True, False), (1, CORES)):
        with Original("the peer", folder, keeps, threads) as original:
            found, pace[keeps, threads] = checked(original, audience, 10)
        lists.append(found)
    if any(found != lists[0] for found in lists):
        stop("the forms of the peer answer differently", 70)
    with kyck:
        facts["ready_s"] = kyck.begin(audience)
        _, kyck.pace = checked(kyck, audience, 50)
        if size <= options.train:
            for _ in range(options.rounds):
                for connections in CLIENTS:
                    turn(kyck, "Kyck before training", connections)
            kyck.end()
            started = time.monotonic()
            kyck.run("train")
            facts["train_s"] = time.monotonic() - started
            facts["ready_trained_s"] = kyck.begin(audience)
            _, kyck.pace = checked(kyck, audience, 50)
        name = "Kyck" if size <= options.train else "Kyck before training"
        for _ in range(options.rounds):
            for connections in CLIENTS:
                turn(kyck, name, connections)
                for keeps in (True, False):
                    # Where there is but one client, more threads may pay; where they do not, the peer has one.
                    threads = 1 if connections > 1 else min((1, CORES), key=lambda count: pace[keeps, count])
                    with Original("the peer", folder, keeps, threads) as original:
                        original.pace = pace[keeps, threads]
                        turn(original, f"original, vectors in {'memory' if keeps else 'the database'}", connections)
    return {"videos": size, "facts": {key: round(value, 2) for key, value in facts.items()}, "runs": runs}


def lines(result):
    """One per client count and service; ratios are to Kyck's run of the same round."""
    for key, runs in result["runs"].items():
        connections, name = key.split(" ", 1)
        ours = result["runs"].get(f"{connections} Kyck") or result["runs"][f"{connections} Kyck before training"]

        def ratios(part, over=False):
            pairs = [(mine[part], his[part]) for mine, his in zip(ours, runs)]
            return [mine / his if over else his / mine for mine, his in pairs]

        def pick(part):
            return [run[part] for run in runs]

        yield [
            f"{result['videos']:,}", connections, name, figures.spread(pick("rate"), 1), figures.spread(pick("p50"), 1),
            figures.spread(pick("p99"), 1), figures.spread(pick("memory")),
            *(
                ["", "", "", ""] if name.startswith("Kyck") else
                [figures.spread(ratios("rate", over=True), 1), figures.spread(ratios("p50"), 1),
                 figures.spread(ratios("p99"), 1), figures.spread(ratios("memory"), 2)]
            ),
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test of some seconds: 300 and 3,000 videos")
    parser.add_argument("--sizes", default="3000,100000")
    parser.add_argument("--children", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=10, help="length of one measurement")
    parser.add_argument("--train", type=int, default=3_000, metavar="VIDEOS", help="train up to so many videos")
    parser.add_argument("--keep", action="store_true", help="keep the data and the logs")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.children, options.rounds, options.seconds = "300,3000", 100, 1, 1
        options.train = 300
    need("wrk")
    peers.go_on_with("recommend", PEERS)
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        measured = []
        for size in map(int, options.sizes.split(",")):
            folder = work.path / str(size)
            folder.mkdir()
            measured.append(measure(size, options, folder))
    head = ["videos", "clients", "", "answers/s", "p50 ms", "p99 ms", "MiB", "Kyck × more answers", "p50 × longer",
            "p99 × longer", "× the memory"]
    result = {"peers": PEERS, "workers": CORES, "sizes": measured}
    figures.report("recommend", result, head, [line for each in measured for line in lines(each)])


main()

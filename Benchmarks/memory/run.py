#!/usr/bin/env python3
# Memory of kyck recommender: what 1,000 videos take, before and after training.
"""Resident memory of `kyck recommender` that has answered a thousand requests, over catalogues of different sizes, before
and after `kyck train`. The slope between the sizes is what 1,000 videos take; what the smallest has beyond it is the program.

The data is `bench/audience.py`: 1,000 children with 40 watched videos each, so that training is quick. A model's size
depends on the videos, not on the children.
"""

import argparse
import pathlib
import sys
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bench import figures, peers  # noqa: E402
from bench.server import Kyck, Workspace, turn_signals_into_exits  # noqa: E402

PEERS = ["numpy==2.4.6"]
TOKEN = "a-token-of-the-benchmark"
REQUESTS = 1_000
STATES = ("before", "after")


def serve(kyck, children):
    """Memory now and at its highest in MiB, after so many requests."""
    kyck.start("recommender")
    for number in range(REQUESTS):
        child = children[number % len(children)]
        request = urllib.request.Request(
            f"{kyck.url}/v1/recommendations/{child}?n=20", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
    memory = kyck.memory()
    kyck.end()
    return memory


def measure(videos, options, folder):
    from bench.audience import Audience

    kyck = Kyck(folder, KYCK_SERVICE_TOKEN=TOKEN)
    kyck.environment["KYCK_RECOMMENDER_PORT"] = str(kyck.port)
    kyck.run("migrate")
    _, children = Audience(videos, options.children, options.watched).fill(kyck.database)
    with kyck:
        found = {"before": serve(kyck, children)}
        kyck.run("train", "--memory", "4096")
        found["after"] = serve(kyck, children)
    print(f"{videos:,} videos: {found}", file=sys.stderr)
    return {"videos": videos, **found}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: 300 and 600 videos")
    parser.add_argument("--sizes", default="1000,2000,10000", help="numbers of videos, ascending")
    parser.add_argument("--children", type=int, default=1_000)
    parser.add_argument("--watched", type=int, default=40, help="videos each child has watched")
    parser.add_argument("--keep", action="store_true", help="keep the data and the logs")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.children = "300,600", 100
    peers.go_on_with("memory", PEERS)
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        measured = []
        for videos in map(int, options.sizes.split(",")):
            folder = work.path / str(videos)
            folder.mkdir()
            measured.append(measure(videos, options, folder))
    lines = [
        [f"{each['videos']:,}", *(f"{mib:,.0f}" for state in STATES for mib in each[state])] for each in measured
    ]
    first, last = measured[0], measured[-1]
    thousands = (last["videos"] - first["videos"]) / 1_000
    slopes = {
        state: [(high - low) / thousands for low, high in zip(first[state], last[state])] for state in STATES
    }
    lines.append(["each 1,000 more", *(f"{mib:,.1f}" for state in STATES for mib in slopes[state])])
    head = ["videos", "MiB", "at its highest", "trained, MiB", "at its highest"]
    figures.report("memory", {"sizes": measured, "per_thousand_mib": slopes}, head, lines)


main()

#!/usr/bin/env python3
# The time rules: evaluations per second, and random weeks beside a counter of minutes
"""Goes through random weeks of random families in eight time zones, minute by minute, and compares what the rules say
with a counter that takes a token for every minute watched and walks into the future one minute at a time; half of the
weeks have a change of the clock. A difference is an error. Then measures evaluations per second, one thread; nobody else
has these rules, so there is no peer: the same without any rules is the floor.

The measuring program is a product of Package.swift that exists where KYCK_BENCHMARKS is set; it is built unless --program
names one. The counter and the weeks are those of Tests/DomainTests/Watching/RandomWeeks.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))
from bench import figures  # noqa: E402
from bench.server import stop  # noqa: E402

PROGRAM = ROOT / ".build" / "release" / "RulesBench"


def answer(process):
    out, _ = process.communicate()
    if process.returncode:
        stop(f"the measuring program ended with {process.returncode}", code=1)
    result = json.loads(out)
    if "error" in result:
        stop(f"the measuring program answers {result['error']!r}", code=1)
    return result


def ask(program, *words):
    return subprocess.Popen([program, *map(str, words)], stdout=subprocess.PIPE, text=True)


def speed(arguments):
    rounds = [answer(ask(arguments.program, "speed", arguments.evaluations)) for _ in range(arguments.rounds)]
    rates = {name: [one["count"] / one["seconds"][name] for one in rounds] for name in rounds[0]["seconds"]}
    figures.report(
        "Evaluations of the time rules",
        {"benchmark": "rules", "evaluations_per_s": rates},
        ["", "evaluations/s"],
        [[name, figures.spread(values)] for name, values in rates.items()],
    )


def weeks(arguments):
    parts = [arguments.weeks // arguments.processes] * arguments.processes
    parts[0] += arguments.weeks - sum(parts)
    running = [ask(arguments.program, "weeks", count, arguments.seed + at) for at, count in enumerate(parts) if count]
    found = [answer(process) for process in running]
    total = {name: sum(one[name] for one in found) for name in ("weeks", "evaluations", "differences")}
    examples = [example for one in found for example in one["examples"]]
    figures.report(
        "Random weeks beside the counter of minutes",
        {"benchmark": "rules", "seed": arguments.seed, "examples": examples} | total,
        ["weeks", "evaluations", "differences", "s"],
        [[*(f"{total[name]:,}" for name in total), f"{max(one['seconds'] for one in found):,.0f}"]],
    )
    if total["differences"]:
        stop("; ".join(examples), code=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=101, help="of the first process; the others count on")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--evaluations", type=int, default=2_000_000, help="measured in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--program", type=pathlib.Path, help="the measuring program; else it is built")
    parser.add_argument("--quick", action="store_true", help="800 weeks and one short round: a smoke test")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.weeks, arguments.evaluations, arguments.rounds = 800, 200_000, 1
    if arguments.program is None:
        arguments.program = PROGRAM
        build = ["swift", "build", "-c", "release", "--product", PROGRAM.name]
        if subprocess.run(build, cwd=ROOT, env=os.environ | {"KYCK_BENCHMARKS": "1"}).returncode:
            stop("the measuring program does not build")
    speed(arguments)
    weeks(arguments)


if __name__ == "__main__":
    main()

"""wrk with a script of ours, and what it said."""

import json
import pathlib
import subprocess

from .server import stop

#: Gets one page after the other, of a file of `path token` lines.
GETS = pathlib.Path(__file__).resolve().parent / "gets.lua"


def run(script, url, connections, seconds, *arguments, threads=2, patience=20):
    """One run of wrk. The script's `done` prints one line `BENCH {…}`, which is the answer.

    `rate` counts what the script called good, `bad` everything else, p50 and p99 are milliseconds. An answer that
    takes longer than `patience` seconds is a socket error.
    """
    threads = min(threads, connections)
    done = subprocess.run(
        ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", f"{patience}s",
         "-s", str(script), url, "--", str(threads), *map(str, arguments)],
        capture_output=True, text=True, timeout=seconds + 60,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("BENCH ")), None)
    if done.returncode or line is None:
        stop(f"wrk ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-600:]}", 70)
    return json.loads(line.removeprefix("BENCH "))

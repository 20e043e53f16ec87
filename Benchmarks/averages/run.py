#!/usr/bin/env python3
# The hourly averages: an increment of 20,000 plays over 1,000,000 and 10,000,000, beside one SQL recount.
"""`kyck jobs run aggregate-watching` over a database with a year of plays, all of them counted: how long the next 20,000
take, and how much memory, beside one SQL statement (the sqlite3 shell) that counts everything anew. What an increment
takes must not grow with what was counted before; the recount is what it would cost to do without it.

The data is made by SQL alone: families in Seoul, a child for every --each plays, 1,000 videos of one or two curriculum
areas and one topic of thirty, plays spread evenly over the year. The first count of all of it is measured as well. At the
end the averages must be row by row what the recount found; exits with 1 where they are not.
"""

import argparse
import os
import pathlib
import sqlite3
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bench import figures, rows  # noqa: E402
from bench.server import Kyck, Workspace, binary, need, stop, turn_signals_into_exits  # noqa: E402

VIDEOS, TOPICS = 1_000, 30
HOUR = 3_600_000
#: When a play is closed, as `AverageStore.settling` has it.
SETTLING = 25 * HOUR + 10 * 60_000
JOB = "aggregate-watching"

#: Seoul is nine hours ahead all year; ages are completed months, a birthday being the last day of its month.
RECOUNT = """
CREATE TABLE recount AS
WITH themed AS (
    SELECT v.id AS video_id, coalesce(a.name, '') AS area, coalesce(t.name, '') AS topic FROM video v
    LEFT JOIN (SELECT video_id, name FROM video_label JOIN label ON label.id = label_id WHERE kind = 'area') a
        ON a.video_id = v.id
    LEFT JOIN (SELECT video_id, name FROM video_label JOIN label ON label.id = label_id WHERE kind = 'topic') t
        ON t.video_id = v.id
)
SELECT ((p.started_at / 1000 + 32400) / 86400 + 3) % 7 * 24 + (p.started_at / 1000 + 32400) % 86400 / 3600 AS hour_of_week,
    max(0, min(4, (12 * strftime('%Y', p.started_at / 1000 + 32400, 'unixepoch')
        + strftime('%m', p.started_at / 1000 + 32400, 'unixepoch')
        - 12 * substr(c.birth_month, 1, 4) - substr(c.birth_month, 6) - 1) / 12 - 2)) AS age_group,
    m.area, m.topic, count(DISTINCT p.child_id) AS children, count(*) AS plays, sum(p.watched_ms) AS watched_ms,
    sum(p.finished) AS finished
FROM main.play p JOIN child c ON c.id = p.child_id JOIN themed m ON m.video_id = p.video_id
GROUP BY 1, 2, 3, 4;
"""


def uuid(kind, number):
    """SQL for the id of a numbered thing."""
    return f"printf('{kind:08x}-0000-7000-8000-%012x', {number})"


def series(count, first=0):
    return f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {first + count})"


def fill_families(database, children):
    database.execute(
        f"""{series(children)} INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone,
            created_at)
        SELECT {uuid(1, 'i')}, CAST(printf('%032d', i) AS BLOB), x'00', 'e1', 'ko', 'Asia/Seoul', 0 FROM n"""
    )
    database.execute(
        f"""{series(children)} INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, created_at)
        SELECT {uuid(2, 'i')}, {uuid(1, 'i')}, 'n', printf('%d-%02d', 2019 + i % 5, 1 + i / 5 % 12), 'bear', 0 FROM n"""
    )


def fill_videos(database):
    at = rows.now() - 400 * rows.DAY
    names = [("area", area) for area in rows.AREAS] + [("topic", f"topic {n}") for n in range(TOPICS)]
    labels = [(rows.new_id(), kind, name, at) for kind, name in names]
    rows.bulk(database, "label", ("id", "kind", "name", "created_at"), labels)
    videos = [rows.video(number, 60_000, at) for number in range(VIDEOS)]
    # Numbered ids: plays are made by SQL.
    ids = [f"{3:08x}-0000-7000-8000-{number:012x}" for number in range(VIDEOS)]
    rows.bulk(database, "video", rows.VIDEO_COLUMNS, [(id, *video[1:]) for id, video in zip(ids, videos)])
    carried = []
    for number, id in enumerate(ids):
        areas = {number % 5, (number // 5) % 5} if number % 3 == 0 else {number % 5}
        carried += [(id, labels[area][0], 1) for area in areas]
        carried.append((id, labels[5 + number * 7 % TOPICS][0], 1))
    rows.bulk(database, "video_label", ("video_id", "label_id", "weight"), carried)


def fill_plays(database, first, count, children, start, span):
    """Plays that begin evenly over a stretch of time; who watches what is scattered by the remainders of large primes."""
    database.execute(
        f"""{series(count, first)} INSERT INTO play (id, child_id, video_id, surface, started_at, heard_at, made_at,
            bank_ms, watched_ms, finished)
        SELECT {uuid(4, 'i')}, {uuid(2, f'i * 7919 % {children}')}, {uuid(3, f'(i / {children} * 13 + i * 104729) % {VIDEOS}')},
            'home', at, at, at, 0, i * 15485863 % 60000, i % 5 > 1
        FROM (SELECT i, {start} + CAST((i - {first}) * {span / count} AS INTEGER) AS at FROM n)"""
    )


def run(arguments, environment, folder, input=None):
    """Seconds and peak MiB of a process, start included."""
    started = time.perf_counter()
    process = subprocess.Popen(
        arguments, env=environment, cwd=folder, stdin=subprocess.PIPE if input else subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    if input:
        process.stdin.write(input)
        process.stdin.close()
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        stop(f"{arguments[0]} ended with {process.returncode}: {errors.strip()[-400:]}", 70)
    return {"seconds": time.perf_counter() - started, "peak_mib": usage.ru_maxrss / 1024, "output": output.strip()}


def count(kyck):
    measured = run([binary(), "jobs", "run", JOB], kyck.environment, kyck.folder)
    measured["counted"] = int(measured.pop("output").rsplit(" ", 1)[1].replace(",", ""))
    return measured


def measure(plays, options, folder):
    kyck = Kyck(folder)
    kyck.run("migrate")
    children = max(100, plays // options.each)
    last = rows.now() - SETTLING - (options.rounds + 1) * HOUR
    database = rows.open_for_bulk(kyck.database)
    fill_families(database, children)
    fill_videos(database)
    fill_plays(database, 0, plays, children, last - 365 * rows.DAY, 365 * rows.DAY)
    database.execute("COMMIT")
    database.close()
    print(f"{plays:,} plays of {children:,} children are there", file=sys.stderr)
    result = {"plays": plays, "children": children, "first": count(kyck), "increments": []}
    if result["first"]["counted"] != plays:
        stop(f"{result['first']['counted']:,} plays were counted of {plays:,}", 70)
    total = plays
    for number in range(options.rounds):
        database = rows.open_for_bulk(kyck.database)
        fill_plays(database, total, options.increment, children, last + 1 + number * HOUR, HOUR - 1000)
        database.execute("COMMIT")
        database.close()
        total += options.increment
        result["increments"].append(count(kyck))
        print(f"{plays:,} plays: increment: {result['increments'][-1]}", file=sys.stderr)
    result["recount"] = recount(kyck, folder)
    result["differences"] = differences(kyck, folder)
    return result


def recount(kyck, folder):
    script = f"ATTACH '{kyck.database}' AS kyck;\n" + RECOUNT.replace("main.play", "kyck.play")
    measured = run(["sqlite3", "-bail", folder / "recount.sqlite"], os.environ, folder, script)
    del measured["output"]
    return measured


def differences(kyck, folder):
    """How many rows are in one of both and not in the other."""
    database = sqlite3.connect(folder / "recount.sqlite")
    database.execute("ATTACH ? AS kyck", (str(kyck.database),))
    columns = "hour_of_week, age_group, area, topic, children, plays, watched_ms, finished"
    sides = (f"SELECT {columns} FROM recount", f"SELECT {columns} FROM kyck.watch_average")
    try:
        if not database.execute(f"SELECT count(*) FROM ({sides[0]})").fetchone()[0]:
            stop("the recount found nothing", 70)
        return sum(
            database.execute(f"SELECT count(*) FROM ({a} EXCEPT {b})").fetchone()[0] for a, b in (sides, sides[::-1])
        )
    finally:
        database.close()


def line(result):
    increments = result["increments"]
    return [
        f"{result['plays']:,}",
        figures.spread([run["seconds"] for run in increments], 2),
        figures.spread([run["peak_mib"] for run in increments]),
        f"{result['first']['seconds']:,.0f}", f"{result['first']['peak_mib']:,.0f}",
        f"{result['recount']['seconds']:,.1f}", f"{result['recount']['peak_mib']:,.0f}",
        result["differences"],
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: 20,000 plays and increments of 1,000")
    parser.add_argument("--sizes", default="1000000,10000000", help="numbers of plays that are there already")
    parser.add_argument("--increment", type=int, default=20_000, help="plays of an hour")
    parser.add_argument("--each", type=int, default=200, help="plays of a child in the year")
    parser.add_argument("--rounds", type=int, default=3, help="increments, an hour each")
    parser.add_argument("--keep", action="store_true", help="keep the data")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.increment = "20000", 1_000
    need("sqlite3")
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        measured = []
        for plays in map(int, options.sizes.split(",")):
            folder = work.path / str(plays)
            folder.mkdir()
            measured.append(measure(plays, options, folder))
    head = [
        "plays before", f"s for {options.increment:,}", "peak MiB", "s for all, first", "peak MiB", "s SQL recount",
        "peak MiB", "differences",
    ]
    figures.report("averages", {"increment": options.increment, "sizes": measured}, head, list(map(line, measured)))
    if any(result["differences"] for result in measured):
        sys.exit("the averages are not what a recount finds")


main()

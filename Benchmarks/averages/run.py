#!/usr/bin/env python3
# The hourly averages: an increment of 20,000 plays over 1,000,000 and 10,000,000, beside one SQL recount.
"""`kyck jobs run aggregate-watching` over a database with a year of plays, all of them counted: how long the next 20,000
take, and how much memory, beside one SQL statement (the sqlite3 shell) that counts everything anew. What an increment
takes must not grow with what was counted before; the recount is what it would cost to do without it.

The data is made by SQL alone: families in Seoul, a child for every --each plays, 1,000 videos of one or two curriculum
areas and one topic of thirty, plays spread evenly over the year. Kyck counts the first size itself, which is measured as
well; the others are as many copies of its families, with their plays and what was counted of them. At the end the
averages must be row by row what the recount found; exits with 1 where they are not.
"""

import argparse
import multiprocessing
import os
import pathlib
import re
import shutil
import statistics
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


def uuid(kind, number, copy=0):
    """SQL for the id of a numbered thing."""
    return f"printf('{kind:08x}-0000-7%03x-8000-%012x', {copy}, {number})"


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


def fill_plays(database, first, count, children, families, start, span):
    """Plays that begin evenly over a stretch of time; who watches what is scattered by the remainders of large primes.
    Children beyond the first `families` are copies of those, see `multiply`."""
    child = f"(i * 7919 % {children})"
    database.execute(
        f"""{series(count, first)} INSERT INTO play (id, child_id, video_id, surface, started_at, heard_at, made_at,
            bank_ms, watched_ms, finished)
        SELECT {uuid(4, 'i')}, {uuid(2, f'{child} % {families}', f'{child} / {families}')},
            {uuid(3, f'(i / {children} * 13 + i * 104729) % {VIDEOS}')}, 'home', at, at, at, 0, i * 15485863 % 60000, i % 5 > 1
        FROM (SELECT i, {start} + CAST((i - {first}) * {span / count} AS INTEGER) AS at FROM n)"""
    )


#: The tables a family has rows in, and what a copy of them has of its own. Their order puts each row behind the last.
COPIED = {
    "guardian": ("rowid", {"id": "copy(id)", "phone_lookup": "CAST(copy(id) AS BLOB)"}),
    "child": ("rowid", {"id": "copy(id)", "guardian_id": "copy(guardian_id)"}),
    "play": ("rowid", {"id": "copy(id)", "child_id": "copy(child_id)"}),
    "watch_average_child": ("child_id, cell", {"child_id": "copy(child_id)"}),
}


def multiply(database, source, times):
    """Makes a copy of the source so many times as large: each family again, with its plays and what was counted of them."""
    database.execute("ATTACH ? AS source", (str(source),))
    for table, (order, changed) in COPIED.items():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        for number in range(1, times):
            # As `uuid` has it.
            values = ", ".join(
                re.sub(r"copy\((\w+)\)", rf"(substr(\1, 1, 15) || '{number:03x}' || substr(\1, 19))", changed.get(column, column))
                for column in columns
            )
            database.execute(
                f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {values} FROM source.{table} ORDER BY {order}"
            )
    sums = ", ".join(f"{column} = {times} * {column}" for column in ("children", "plays", "watched_ms", "finished"))
    database.execute(f"UPDATE main.watch_average SET {sums}")


def apart(work):
    """Does work in a process of its own: what this one takes once in memory the system counts as its children's ever after."""
    process = multiprocessing.get_context("fork").Process(target=work, daemon=True)
    process.start()
    process.join()
    if process.exitcode:
        stop("the data could not be made; why stands above", 70)


def run(arguments, environment, folder, input=None):
    """Seconds and peak MiB of a process, start included; never less than this program takes itself, some 25 MiB."""
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


class World:
    """One size: its folder, its children, which are copies of the first families, and until when plays are counted."""

    def __init__(self, folder, plays, families, copies, last):
        folder.mkdir()
        self.folder, self.plays, self.families, self.last = folder, plays, families, last
        self.children = families * copies
        self.kyck = Kyck(folder)

    def fill(self):
        self.kyck.run("migrate")
        apart(self.make)
        first = count(self.kyck)
        if first["counted"] != self.plays:
            stop(f"{first['counted']:,} plays were counted of {self.plays:,}", 70)
        return first

    def make(self):
        with rows.Filling(self.kyck.database, "play") as database:
            fill_families(database, self.children)
            database.execute("BEGIN")
            fill_videos(database)
            database.execute("COMMIT")
            start = self.last - 365 * rows.DAY
            fill_plays(database, 0, self.plays, self.children, self.families, start, 365 * rows.DAY)

    def grown(self, folder, times):
        """A world of so many times as much."""
        world = World(folder, self.plays * times, self.families, times, self.last)
        apart(lambda: world.copy(self, times))
        return world

    def copy(self, source, times):
        # What Kyck left in its log belongs to it.
        rows.checkpoint(source.kyck.database)
        shutil.copyfile(source.kyck.database, self.kyck.database)
        with rows.Filling(self.kyck.database, "play") as database:
            multiply(database, source.kyck.database, times)

    def increments(self, options):
        total = self.plays
        for number in range(options.rounds):
            apart(lambda: self.add(total, options.increment, self.last + 1 + number * HOUR))
            total += options.increment
            measured = count(self.kyck)
            if measured["counted"] != options.increment:
                stop(f"{measured['counted']:,} plays were counted of {options.increment:,}", 70)
            print(f"{self.plays:,} plays: increment: {measured}", file=sys.stderr)
            yield measured

    def add(self, first, count, start):
        """An hour of plays that is over."""
        database = rows.open_for_bulk(self.kyck.database)
        fill_plays(database, first, count, self.children, self.families, start, HOUR - 1000)
        database.execute("COMMIT")
        database.close()
        rows.checkpoint(self.kyck.database)


def measure(world, options, first=None):
    print(f"{world.plays:,} plays of {world.children:,} children are counted", file=sys.stderr)
    result = {"plays": world.plays, "children": world.children, "first": first}
    result["increments"] = list(world.increments(options))
    result["recount"] = recount(world.kyck, world.folder)
    result["differences"] = differences(world.kyck, world.folder)
    result["database_mib"] = round(world.kyck.database.stat().st_size / 2**20)
    return result


def recount(kyck, folder):
    script = f"ATTACH '{kyck.database}' AS kyck;\n" + RECOUNT.replace("main.play", "kyck.play")
    # What it sorts does not fit into its memory and lies beside the database meanwhile.
    environment = os.environ | {"SQLITE_TMPDIR": str(folder)}
    measured = run(["sqlite3", "-bail", folder / "recount.sqlite"], environment, folder, script)
    del measured["output"]
    return measured


def differences(kyck, folder):
    """How many rows are in one of both and not in the other."""
    columns = "hour_of_week, age_group, area, topic, children, plays, watched_ms, finished"
    ours, theirs = f"SELECT {columns} FROM kyck.watch_average", f"SELECT {columns} FROM recount"
    script = f"""ATTACH '{kyck.database}' AS kyck;
        SELECT (SELECT count(*) FROM recount),
            (SELECT count(*) FROM ({ours} EXCEPT {theirs})) + (SELECT count(*) FROM ({theirs} EXCEPT {ours}));"""
    found = run(["sqlite3", "-bail", folder / "recount.sqlite"], os.environ, folder, script)["output"].split("|")
    if found[0] == "0":
        stop("the recount found nothing", 70)
    return int(found[1])


def line(result):
    increments, first = result["increments"], result["first"]
    return [
        f"{result['plays']:,}",
        figures.spread([run["seconds"] for run in increments], 2),
        figures.spread([run["peak_mib"] for run in increments]),
        f"{first['seconds']:,.0f}" if first else "", f"{first['peak_mib']:,.0f}" if first else "",
        f"{result['recount']['seconds']:,.1f}", f"{result['recount']['peak_mib']:,.0f}",
        result["differences"],
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: 10,000 and 20,000 plays, increments of 1,000")
    parser.add_argument("--plays", type=int, default=1_000_000, help="plays that Kyck counts before")
    parser.add_argument("--times", type=int, default=10, help="the other size: so many times as many")
    parser.add_argument("--increment", type=int, default=20_000, help="plays of an hour")
    parser.add_argument("--each", type=int, default=200, help="plays of a child in the year")
    parser.add_argument("--rounds", type=int, default=3, help="increments, an hour each")
    parser.add_argument("--keep", action="store_true", help="keep the data")
    options = parser.parse_args()
    if options.quick:
        options.plays, options.times, options.increment = 10_000, 2, 1_000
    need("sqlite3")
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        children = max(100, options.plays // options.each)
        last = rows.now() - SETTLING - (options.rounds + 1) * HOUR
        world = World(work.path / "first", options.plays, children, 1, last)
        first = world.fill()
        larger = world.grown(work.path / "larger", options.times)
        measured = [measure(world, options, first), measure(larger, options)]
    head = [
        "plays before", f"s for {options.increment:,}", "peak MiB", "s for all, first", "peak MiB", "s SQL recount",
        "peak MiB", "differences",
    ]
    growth = {
        key: round(statistics.median(run[key] for run in measured[1]["increments"])
                   / statistics.median(run[key] for run in measured[0]["increments"]), 2)
        for key in ("seconds", "peak_mib")
    }
    result = {"increment": options.increment, "sizes": measured, "growth": growth}
    figures.report("averages", result, head, list(map(line, measured)))
    print(
        f"an increment behind {options.times} times as much takes × {growth['seconds']} in time, × {growth['peak_mib']} in"
        " memory", file=sys.stderr,
    )
    if any(result["differences"] for result in measured):
        sys.exit("the averages are not what a recount finds")


main()

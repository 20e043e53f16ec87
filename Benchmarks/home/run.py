#!/usr/bin/env python3
# A child's home over 10,000 videos and 1,000,000 plays of 10,000 children, and over a tenth of each: how it grows.
"""Homes of children with a hundred watched videos each, asked for by 1, 16 and 64 connections; `/health` of the same
process is the floor that HTTP alone sets, so the ratio says what a home costs.

The families whose homes are asked for sign in through the API; all others, the catalogue and the watching are written
into the database directly.
"""

import argparse
import itertools
import json
import pathlib
import random
import sqlite3
import statistics
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench import figures, rows, wrk  # noqa: E402
from bench.catalogue import Catalogue  # noqa: E402
from bench.families import CHILDREN_PER_GUARDIAN, Client  # noqa: E402
from bench.server import Kyck, Workspace, need, turn_signals_into_exits  # noqa: E402

CONSENT = "2026-11"
PLAYS_PER_CHILD = 100
HOUR = 3_600_000


class Size:
    def __init__(self, name, videos, children, asked):
        self.name, self.videos, self.children, self.asked = name, videos, children, asked

    @property
    def plays(self):
        return self.children * PLAYS_PER_CHILD

    def __str__(self):
        return f"{self.videos:,} videos, {self.children:,} children, {self.plays:,} plays"


class World:
    """A catalogue and a past, the same for the same size: every choice comes from one seeded generator."""

    def __init__(self, size):
        self.size = size
        self.random = random.Random(20261123)
        self.at = rows.now()
        self.catalogue = Catalogue(size.videos, self.random, self.at)
        self.durations, self.areas = self.catalogue.durations, self.catalogue.areas

    def fill_families(self, database, known):
        """The children beside the `known` ones; answers all of them."""
        guardians, children = [], []
        for n in range(self.size.children - known):
            if n % CHILDREN_PER_GUARDIAN == 0:
                number = f"bench {len(guardians)}".encode()
                guardians.append((rows.new_id(), number, number, "bench", "ko", "Asia/Seoul", self.at))
            children.append((rows.new_id(), guardians[-1][0], f"아이{n}", f"202{n % 3}-{n % 12 + 1:02d}", "owl", self.at))
        rows.bulk(
            database, "guardian",
            ("id", "phone_lookup", "phone_cipher", "phone_key_id", "language", "time_zone", "created_at"), guardians,
        )
        rows.bulk(
            database, "child", ("id", "guardian_id", "nickname", "birth_month", "avatar", "created_at"), children
        )
        return [child[0] for child in database.execute("SELECT id FROM child ORDER BY id")]

    def watching(self, children):
        """A hundred videos a child over sixty days, a few of them favourites of everybody: rows of five tables."""
        cumulative = list(itertools.accumulate(1 / (rank + 10) for rank in range(self.size.videos)))
        for child in children:
            plays, totals, hours, days, liked = [], {}, {}, {}, []
            while len(totals) < PLAYS_PER_CHILD:
                chosen = self.random.choices(range(self.size.videos), cum_weights=cumulative, k=PLAYS_PER_CHILD)
                # A prime step spreads the popular ones over all ages of the catalogue.
                for video in (rank * 7919 % self.size.videos for rank in chosen):
                    if len(totals) < PLAYS_PER_CHILD:
                        totals.setdefault(video, None)
            for video in totals:
                duration = self.durations[video]
                at = self.at - self.random.randrange(60 * rows.DAY)
                part = self.random.random()
                watched = duration if part > 0.4 else int(duration * part * 2)
                position = 0 if watched == duration else watched
                plays.append(
                    (rows.new_id(at), child, self.videos[video], "home", at, at + watched, at + watched,
                     f"1-{watched // 10_000 + 1}", "ended" if watched == duration else "paused", 0, position, watched)
                )
                totals[video] = (
                    child, self.videos[video], 1, watched, position, at + watched, rows.popularity(at)
                )
                hour = (child, at - at % HOUR, self.areas[video])
                hours[hour] = hours.get(hour, 0) + watched
                day = (child, time.strftime("%Y-%m-%d", time.gmtime(at / 1000 + 9 * 3600)))
                days[day] = days.get(day, 0) + watched
                if len(liked) < 5 and part > 0.9:
                    liked.append((child, self.videos[video], at))
            yield (
                plays, totals.values(), [(*key, value) for key, value in hours.items()],
                [(*key, value) for key, value in days.items()], liked,
            )

    TABLES = (
        ("play", ("id", "child_id", "video_id", "surface", "started_at", "heard_at", "made_at", "beats", "state",
                  "bank_ms", "position_ms", "watched_ms")),
        ("watched_video", ("child_id", "video_id", "plays", "watched_ms", "position_ms", "last_watched_at",
                           "popularity")),
        ("watch_hour", ("child_id", "hour_at", "areas", "watched_ms")),
        ("watch_day", ("child_id", "day", "watched_ms")),
        ("favourite", ("child_id", "video_id", "created_at")),
    )

    def fill(self, path, known):
        database = rows.open_for_bulk(path)
        self.catalogue.fill(database)
        self.videos = self.catalogue.videos
        children = self.fill_families(database, known)
        for parts in self.watching(children):
            for (table, columns), values in zip(self.TABLES, parts):
                rows.bulk(database, table, columns, values)
        rows.sum_popularity(database, self.at)
        database.execute("COMMIT")
        database.execute("PRAGMA optimize")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        counts = {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table, _ in self.TABLES}
        database.close()
        return counts


def first_home(kyck, child, token):
    """Seconds of the first home, which reads the catalogue, and the size of its shelves."""
    started = time.monotonic()
    request = urllib.request.Request(
        f"{kyck.url}/v1/children/{child}/home", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        shelves = json.load(answer)["shelves"]
    return time.monotonic() - started, {shelf["kind"]: len(shelf["videos"]) for shelf in shelves}


def measure(work, size, options):
    kyck = Kyck(work.path / size.name)
    kyck.run("migrate")
    with kyck:
        kyck.start()
        families = Client(kyck).children(size.asked, CONSENT)
        kyck.end()
        started = time.monotonic()
        counts = World(size).fill(kyck.database, len(families))
        print(f"{size}: filled in {time.monotonic() - started:.0f} s: {counts}", file=sys.stderr)
        ready = kyck.start()
        first, shelves = first_home(kyck, *families[0])
        (kyck.folder / "targets").write_text("".join(f"/v1/children/{child}/home {token}\n" for child, token in families))
        (kyck.folder / "floor").write_text("/health\n/health\n")
        wrk.run(wrk.GETS, kyck.url, 4, max(1, options.seconds // 4), kyck.folder / "targets")
        runs = {}
        for _ in range(options.rounds):
            for connections in (1, 16, 64):
                floor = wrk.run(
                    wrk.GETS, kyck.url, connections, max(1, options.seconds // 4), kyck.folder / "floor"
                )
                cpu, began = kyck.cpu_seconds(), time.monotonic()
                answer = wrk.run(wrk.GETS, kyck.url, connections, options.seconds, kyck.folder / "targets")
                answer["cpu"] = (kyck.cpu_seconds() - cpu) / (time.monotonic() - began)
                answer["floor"] = floor["rate"]
                runs.setdefault(connections, []).append(answer)
                print(
                    f"{size.name}, {connections} connections: {answer['rate']:.0f} homes/s, p99 {answer['p99']:.1f} ms,"
                    f" /health {floor['rate']:.0f}/s", file=sys.stderr,
                )
        memory = kyck.memory()
    return {
        "size": str(size), "ready_s": round(ready, 3), "first_home_s": round(first, 3), "shelves": shelves,
        "rows": counts, "runs": runs, "rss_mib": round(memory[0], 1), "peak_mib": round(memory[1], 1),
        "database_mib": round(kyck.database.stat().st_size / 2**20, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test of some seconds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="length of one measurement")
    parser.add_argument("--keep", action="store_true", help="keep the data and the log")
    options = parser.parse_args()
    sizes = [Size("tenth", 1_000, 1_000, 320), Size("whole", 10_000, 10_000, 320)]
    if options.quick:
        options.rounds, options.seconds = 1, 1
        sizes = [Size("tenth", 100, 100, 20), Size("whole", 1_000, 1_000, 20)]
    need("wrk")
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        measured = [measure(work, size, options) for size in sizes]
    lines = []
    for result in measured:
        for connections, runs in result["runs"].items():
            pick = lambda key: [each[key] for each in runs]  # noqa: E731
            lines.append([
                result["size"], connections, figures.spread(pick("rate")), figures.spread(pick("p50"), 1),
                figures.spread(pick("p99"), 1), figures.spread(pick("cpu"), 2),
                figures.spread([each["floor"] / max(each["rate"], 0.1) for each in runs], 1),
                f"{result['rss_mib']:.0f} / {result['peak_mib']:.0f}", f"{result['first_home_s']:.2f}",
            ])
            if any(each["bad"] or each["socket_errors"] for each in runs):
                print(f"bench: answers other than 200: {runs}", file=sys.stderr)
                sys.exit(70)
    growth = {}
    for connections in measured[0]["runs"]:
        middle = [statistics.median(each["p50"] for each in result["runs"][connections]) for result in measured]
        growth[connections] = round(middle[1] / middle[0], 2)
    head = ["", "connections", "homes/s", "p50 ms", "p99 ms", "cores used", "/health is × faster", "RSS / peak MiB",
            "first home s"]
    figures.report("home", {"sizes": measured, "p50_growth_at_ten_times_the_data": growth}, head, lines)
    print(f"ten times the data costs × {growth} in p50, by connections", file=sys.stderr)


main()

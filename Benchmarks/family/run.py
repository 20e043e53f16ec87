#!/usr/bin/env python3
# Home and report of a child with three years of watching (20,000 plays), and of one with a tenth of it.
"""A child's home and its reports of a day, a week and a month, and the week's as a page, for children who have been watching for three years,
eighteen plays a day, beside children who watch as much and began a tenth as long ago, and children who watch a tenth as
often: 20,000, 2,000 and 2,000 plays. All of them are in one database behind one server, which is asked in turns. What a
family waits for should not grow with what it has behind it: within a factor of 1.5 in p50 and p99.

The families sign in through the API, their past is written into the database directly; raw plays are kept for all three
years, though by default Kyck removes them after 400 days. Reports are of the last ten days, six weeks and three months,
which all have been watching for. Everything is asked for once before it is measured.
"""

import argparse
import collections
import datetime
import json
import pathlib
import random
import statistics
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench import figures, rows, wrk  # noqa: E402
from bench.catalogue import Catalogue  # noqa: E402
from bench.families import Client  # noqa: E402
from bench.server import Kyck, Workspace, need, stop, turn_signals_into_exits  # noqa: E402

CONSENT = "2026-11"
HOUR = 3_600_000
#: Seoul is nine hours ahead, all year.
SEOUL = 9 * HOUR
AIM = 1.5

#: For how many days, and how many plays in them.
Past = collections.namedtuple("Past", "name days plays")
#: The first is measured against the others.
PASTS = [Past("three years", 1095, 20_000), Past("a tenth as long", 110, 2_000), Past("a tenth as often", 1095, 2_000)]
#: How many of each period are asked for, and how many days they lie apart.
PERIODS = {"day": (10, 1), "week": (6, 7), "month": (3, 30)}


def day_of(at):
    """The family's date."""
    return datetime.datetime.fromtimestamp((at + SEOUL) / 1000, datetime.timezone.utc).strftime("%Y-%m-%d")


class Child:
    """A child and what it watched: sittings between seven in the morning and nine at night, of what it likes for some weeks
    and of what is new to it."""

    LIKED, NEW = 40, 0.35

    def __init__(self, id, past, catalogue, generator):
        self.id, self.past, self.catalogue, self.random = id, past, catalogue, generator

    def starts(self, at):
        """When plays begin, the oldest first: as many on each day as on any other."""
        midnight = (at + SEOUL) // rows.DAY * rows.DAY - SEOUL
        for number in range(self.past.days, 0, -1):
            place = self.past.days - number
            count = self.past.plays * (place + 1) // self.past.days - self.past.plays * place // self.past.days
            today = sorted(self.random.randrange(7 * HOUR, 21 * HOUR) for _ in range(count))
            yield from (midnight - number * rows.DAY + moment for moment in today)

    def rows(self, at):
        catalogue, random_ = self.catalogue, self.random
        plays, totals = [], {}
        hours, days = collections.Counter(), collections.Counter()
        liked = []
        for number, start in enumerate(self.starts(at)):
            if number % 300 == 0:
                liked = liked[len(liked) // 2 :]
            if len(liked) < self.LIKED or random_.random() < self.NEW:
                # A prime step spreads the popular ones over all ages of the catalogue.
                video = int(len(catalogue.videos) * random_.random() ** 2) * 7919 % len(catalogue.videos)
                liked.append(video)
            else:
                video = liked[random_.randrange(len(liked))]
            duration, part = catalogue.durations[video], random_.random()
            watched = duration if part > 0.4 else int(duration * part * 2)
            ended = watched == duration
            plays.append(
                (rows.new_id(start), self.id, catalogue.videos[video], "autoplay" if number % 4 == 3 else "home", start,
                 start + watched, start + watched, f"1-{watched // 10_000 + 1}", "ended" if ended else "paused", 0,
                 0 if ended else watched, watched, int(ended))
            )
            count, total, first = totals.get(video, (0, 0, start))[:3]
            totals[video] = (count + 1, total + watched, first, 0 if ended else watched, start + watched)
            hours[start - start % HOUR, catalogue.areas[video]] += watched
            days[day_of(start)] += watched
        watched_videos = [
            (self.id, catalogue.videos[video], count, total, position, last, first, rows.popularity(first))
            for video, (count, total, first, position, last) in totals.items()
        ]
        favourites = [(self.id, catalogue.videos[video], at) for video in sorted(set(liked))[:20]]
        return (
            plays, watched_videos, [(self.id, *key, value) for key, value in hours.items()],
            [(self.id, *key) for key in days.items()], favourites,
        )


TABLES = (
    ("play", ("id", "child_id", "video_id", "surface", "started_at", "heard_at", "made_at", "beats", "state", "bank_ms",
              "position_ms", "watched_ms", "finished")),
    ("watched_video", ("child_id", "video_id", "plays", "watched_ms", "position_ms", "last_watched_at",
                       "first_played_at", "popularity")),
    ("watch_hour", ("child_id", "hour_at", "areas", "watched_ms")),
    ("watch_day", ("child_id", "day", "watched_ms")),
    ("favourite", ("child_id", "video_id", "created_at")),
)


class Family:
    """A guardian with a child of each past."""

    def __init__(self, client, number, pasts):
        self.guardian = client.sign_in(number + 1)
        self.children = {past.name: client.add_child(self.guardian, number, CONSENT) for past in pasts}


def fill(kyck, families, pasts, videos):
    at = rows.now()
    database = rows.open_for_bulk(kyck.database)
    catalogue = Catalogue(videos, random.Random(20261123), at)
    catalogue.fill(database)
    counts = collections.Counter()
    for number, family in enumerate(families):
        for past in pasts:
            id = family.children[past.name][0]
            database.execute("UPDATE child SET created_at = ? WHERE id = ?", (at - (past.days + 1) * rows.DAY, id))
            values = Child(id, past, catalogue, random.Random(number)).rows(at)
            for (table, columns), part in zip(TABLES, values):
                rows.bulk(database, table, columns, part)
                counts[past.name, table] += len(part)
    rows.sum_popularity(database, at)
    database.execute("COMMIT")
    database.execute("PRAGMA optimize")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return {past.name: {table: counts[past.name, table] // len(families) for table, _ in TABLES} for past in pasts}


def targets(families, past):
    """What is asked for, with whose token, by what it is."""
    today = rows.now()
    asked = {"home": []} | {f"{period}'s report": [] for period in PERIODS}
    for family in families:
        id, token = family.children[past.name]
        asked["home"].append((f"/v1/children/{id}/home", token))
        for period, (count, apart) in PERIODS.items():
            dates = [day_of(today - apart * number * rows.DAY) for number in range(count)]
            asked[f"{period}'s report"] += [
                (f"/v1/children/{id}/report?period={period}&of={date}", family.guardian) for date in dates
            ]
    asked["week's page"] = [(path.replace("/report?", "/report.html?"), token) for path, token in asked["week's report"]]
    return asked


def ask_once(kyck, past, asked):
    """Everything once: it reads the catalogue, keeps the advice that is given, and shows that there is something to see."""
    for what, requests in asked.items():
        shown = 0
        for path, token in requests:
            request = urllib.request.Request(kyck.url + path, headers={"Authorization": f"Bearer {token}"})
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:
                    text = answer.read()
            except urllib.error.HTTPError as error:
                stop(f"GET {path} was answered with {error.code}: {error.read().decode(errors='replace')[:300]}", 70)
            if what.endswith("page"):
                shown += b"<svg" in text
            else:
                body = json.loads(text)
                shown += any(body["shelves"] if what == "home" else (day.get("watched_ms") for day in body["days"]))
        # A period that begins today shows nothing yet, and who watches seldom misses days.
        if shown < len(requests) // 3 and past.plays >= past.days:
            stop(f"only {shown} of {len(requests)} answers show anything: {what}, {past.name}", 70)


def measure(work, options):
    kyck = Kyck(work.path / "family")
    kyck.run("migrate")
    with kyck:
        kyck.start()
        client = Client(kyck)
        families = [Family(client, number, PASTS) for number in range(options.families)]
        kyck.end()
        pasts = [past._replace(plays=past.plays // options.thin, days=past.days) for past in PASTS]
        started = time.monotonic()
        counts = fill(kyck, families, pasts, options.videos)
        kyck.run("jobs", "run", "aggregate-watching")
        print(f"filled and counted in {time.monotonic() - started:.0f} s: {counts}", file=sys.stderr)
        kyck.start()
        asked = {past.name: targets(families, past) for past in pasts}
        for past in pasts:
            ask_once(kyck, past, asked[past.name])
        runs = collections.defaultdict(list)
        files = {}
        for past, by_what in asked.items():
            for what, requests in by_what.items():
                file = files[what, past] = kyck.folder / f"targets.{len(files)}"
                file.write_text("".join(f"{path} {token}\n" for path, token in requests))
        for number in range(options.rounds):
            # Nobody is always the first.
            order = pasts if number % 2 == 0 else pasts[::-1]
            for what in asked[pasts[0].name]:
                for connections in options.connections:
                    for past in order:
                        answer = wrk.run(
                            wrk.GETS, kyck.url, connections, options.seconds, files[what, past.name]
                        )
                        if answer["bad"] or answer["socket_errors"] or not answer["good"]:
                            stop(f"{what}, {past.name}: answers other than 200: {answer}", 70)
                        runs[what, connections, past.name].append(answer)
        memory = kyck.memory()
    return {
        "rows_per_child": counts, "runs": [[*key, value] for key, value in runs.items()],
        "rss_mib": round(memory[0], 1), "peak_mib": round(memory[1], 1),
        "database_mib": round(kyck.database.stat().st_size / 2**20, 1),
    }


def ratios(runs, what, connections, other, key):
    """Three years against another past, round by round."""
    pairs = zip(runs[what, connections, PASTS[0].name], runs[what, connections, other])
    return [long[key] / max(short[key], 0.001) for long, short in pairs]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test of some seconds: a tenth of the plays")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement")
    parser.add_argument("--families", type=int, default=8, help="families, with a child of each past")
    parser.add_argument("--videos", type=int, default=5_000)
    parser.add_argument("--connections", type=lambda text: list(map(int, text.split(","))), default=[1, 16])
    parser.add_argument("--keep", action="store_true", help="keep the data and the log")
    options = parser.parse_args()
    options.thin = 1
    if options.quick:
        options.rounds, options.seconds, options.families, options.videos = 1, 1, 2, 500
        options.connections, options.thin = [4], 10
    need("wrk")
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        measured = measure(work, options)
    runs = {tuple(key): value for *key, value in measured["runs"]}
    lines, growth, worst = [], [], 0
    for what, connections in dict.fromkeys((what, connections) for what, connections, _ in runs):
        for past in PASTS:
            of = runs[what, connections, past.name]
            line = [
                what, connections, past.name, figures.spread([run["rate"] for run in of]),
                figures.spread([run["p50"] for run in of], 1), figures.spread([run["p99"] for run in of], 1), "", "",
            ]
            if past is not PASTS[0]:
                of_both = [ratios(runs, what, connections, past.name, key) for key in ("p50", "p99")]
                line[-2:] = [figures.spread(of_one, 2) for of_one in of_both]
                middles = list(map(statistics.median, of_both))
                growth.append([what, connections, past.name, *(round(middle, 2) for middle in middles)])
                worst = max(worst, *middles) if past is PASTS[1] else worst
            lines.append(line)
    head = ["", "connections", "watching", "answers/s", "p50 ms", "p99 ms", "three years: × in p50", "× in p99"]
    figures.report("family", measured | {"three_years_against": growth, "worst": round(worst, 2)}, head, lines)
    print(
        f"three years cost at most × {worst:.2f} of what a tenth as long does; the aim is × {AIM}", file=sys.stderr
    )


main()

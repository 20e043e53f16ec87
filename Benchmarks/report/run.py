#!/usr/bin/env python3
# A parent's report, and the home, of children with three years of watching (20,000 plays) and with a tenth of it.
"""Children of one database, half of them with 20,000 plays over three years, half with 2,000 over the last four months:
the same watching on any day, so that what a report costs beyond its period shows. The last whole week and the month as
data, the week as a page, and the home, by one connection and by sixteen.
"""

import argparse
import datetime
import itertools
import pathlib
import random
import secrets
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench import figures, rows, wrk  # noqa: E402
from bench.families import Client  # noqa: E402
from bench.server import Kyck, Workspace, need, turn_signals_into_exits  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CONSENT = "2026-11"
HOUR = 3_600_000
SEOUL = 9 * HOUR
# A play takes from 100 to 180 s: some three quarters of an hour a day.
PLAYS_PER_DAY = 18


class World:
    def __init__(self, videos):
        self.random = random.Random(20261123)
        self.at = rows.now()
        self.count = videos

    def fill_catalogue(self, database):
        """Each video has an area, a topic, a character and, two thirds of them, a content of the curriculum."""
        labels = {
            kind: [(rows.new_id(), kind, name, self.at) for name in names]
            for kind, names in (
                ("area", rows.AREAS), ("topic", [f"topic {n}" for n in range(100)]),
                ("character", [f"character {n}" for n in range(50)]),
            )
        }
        rows.bulk(database, "label", ("id", "kind", "name", "created_at"), itertools.chain(*labels.values()))
        series = [(rows.new_id(), f"bench-{n}", f"시리즈 {n}", f"Series {n}", self.at) for n in range(self.count // 20)]
        rows.bulk(database, "series", ("id", "slug", "title_ko", "title_en", "created_at"), series)
        videos, marks, contents = [], [], []
        for n in range(self.count):
            place = (series[n // 10][0], n % 10 + 1) if n // 10 < len(series) else (None, None)
            videos.append(rows.video(n, 180_000, self.at - 1_200 * rows.DAY + n, *place))
            chosen = [self.random.choice(labels[kind]) for kind in ("area", "topic", "character")]
            marks += [(videos[-1][0], label[0], 1.0) for label in chosen]
            if n % 3:
                area = rows.AREAS.index(chosen[0][2]) + 1
                contents.append((videos[-1][0], "nuri-2019", f"{area}.{n % 3 + 1}.{n % 2 + 1}", self.at))
        rows.bulk(database, "video", rows.VIDEO_COLUMNS, videos)
        rows.bulk(database, "video_label", ("video_id", "label_id", "weight"), marks)
        rows.bulk(database, "video_content", ("video_id", "edition", "code", "labelled_at"), contents)
        database.execute("UPDATE catalogue_version SET version = version + 1")
        self.videos = [video[0] for video in videos]

    def watch(self, database, child, plays):
        """So many plays, the last of them yesterday; a few videos are loved, most are met now and then."""
        last = (self.at + SEOUL) // rows.DAY * rows.DAY - SEOUL - rows.DAY
        played, totals, hours, days = [], {}, {}, {}
        for n in range(plays):
            at = last - n // PLAYS_PER_DAY * rows.DAY + 16 * HOUR + n % PLAYS_PER_DAY * 300_000
            video = self.videos[int(self.count * self.random.random() ** 2)]
            watched = self.random.randrange(100_000, 180_000)
            played.append(
                (rows.new_id(at), child, video, "home", at, at + watched, at + watched, f"1-{watched // 10_000 + 1}",
                 "paused", 0, watched, watched)
            )
            count, sum_, first, newest = totals.get(video, (0, 0, at, at))
            totals[video] = (count + 1, sum_ + watched, min(first, at), max(newest, at))
            hour = (child, at - at % HOUR, "art")
            hours[hour] = hours.get(hour, 0) + watched
            day = (child, time.strftime("%Y-%m-%d", time.gmtime((at + SEOUL) / 1000)))
            days[day] = days.get(day, 0) + watched
        rows.bulk(
            database, "play",
            ("id", "child_id", "video_id", "surface", "started_at", "heard_at", "made_at", "beats", "state", "bank_ms",
             "position_ms", "watched_ms"), played,
        )
        rows.bulk(
            database, "watched_video",
            ("child_id", "video_id", "plays", "watched_ms", "position_ms", "last_watched_at", "first_played_at"),
            [(child, video, count, sum_, 0, newest, first) for video, (count, sum_, first, newest) in totals.items()],
        )
        rows.bulk(
            database, "watch_hour", ("child_id", "hour_at", "areas", "watched_ms"),
            [(*key, value) for key, value in hours.items()],
        )
        rows.bulk(
            database, "watch_day", ("child_id", "day", "watched_ms"), [(*key, value) for key, value in days.items()]
        )
        database.execute("UPDATE child SET created_at = ? WHERE id = ?", (self.at - 1_150 * rows.DAY, child))
        return len(totals)

    def fill(self, path, groups):
        database = rows.open_for_bulk(path)
        self.fill_catalogue(database)
        different = {}
        for plays, families in groups.items():
            different[plays] = statistics.mean(self.watch(database, child, plays) for child, _ in families)
        database.execute("COMMIT")
        database.execute("PRAGMA optimize")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return different


def families(kyck, count):
    """Children of four, with their guardians' tokens."""
    client = Client(kyck)
    today = datetime.date.today()
    made = []
    for number in range(1, count + 1):
        token = client.sign_in(number)
        child = client.ask(
            "POST", "/v1/children",
            {"nickname": f"아이{number}", "birth_month": f"{today.year - 5}-{today.month:02d}", "avatar": "owl",
             "consent": {"text_version": CONSENT}},
            token, **{"Idempotency-Key": secrets.token_hex(16)},
        )["id"]
        made.append((child, token))
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test of some seconds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement")
    parser.add_argument("--children", type=int, default=16, help="of each size")
    parser.add_argument("--keep", action="store_true", help="keep the data and the log")
    options = parser.parse_args()
    sizes = [2_000, 20_000]
    if options.quick:
        options.rounds, options.seconds, options.children = 1, 1, 4
        sizes = [200, 2_000]
    need("wrk")
    turn_signals_into_exits()
    with Workspace(options.keep) as work:
        kyck = Kyck(work.path / "report")
        kyck.run("migrate")
        with kyck:
            kyck.start()
            made = families(kyck, 2 * options.children)
            kyck.end()
            groups = {sizes[0]: made[: options.children], sizes[1]: made[options.children :]}
            started = time.monotonic()
            different = World(200 if options.quick else 2_000).fill(kyck.database, groups)
            print(f"filled in {time.monotonic() - started:.0f} s; different videos: {different}", file=sys.stderr)
            kyck.start()
            runs = measure(kyck, groups, options)
    lines, growth = [], {}
    for (what, connections), by_size in runs.items():
        for plays, measured in by_size.items():
            if any(each["bad"] or each["socket_errors"] for each in measured):
                print(f"bench: answers other than 200: {what}, {plays} plays: {measured}", file=sys.stderr)
                sys.exit(70)
            pick = lambda key: [each[key] for each in measured]  # noqa: E731
            lines.append([
                what, connections, f"{plays:,}", figures.spread(pick("rate")), figures.spread(pick("p50"), 2),
                figures.spread(pick("p99"), 2),
            ])
        middle = [statistics.median(each["p50"] for each in by_size[plays]) for plays in sizes]
        growth[f"{what}, {connections}"] = round(middle[1] / middle[0], 2)
    head = ["", "connections", "plays", "answers/s", "p50 ms", "p99 ms"]
    result = [
        {"what": what, "connections": connections, "plays": by_size} for (what, connections), by_size in runs.items()
    ]
    figures.report("report", {"runs": result, "p50_growth_at_ten_times_the_plays": growth}, head, lines)
    print(f"ten times the plays cost × {growth} in p50", file=sys.stderr)


def measure(kyck, groups, options):
    last_week = datetime.date.today() - datetime.timedelta(days=7)
    paths = {
        "report of a week": f"/report?of={last_week}", "report of a month": f"/report?period=month&of={last_week}",
        "page of a week": f"/report.html?of={last_week}", "home": "/home",
    }
    runs = {}
    for what, suffix in paths.items():
        for plays, family in groups.items():
            targets = kyck.folder / f"targets-{plays}"
            targets.write_text("".join(f"/v1/children/{child}{suffix} {token}\n" for child, token in family))
            wrk.run(HERE / "report.lua", kyck.url, 1, 1, targets)
    for _ in range(options.rounds):
        for what, suffix in paths.items():
            for connections in (1, 16):
                for plays, family in groups.items():
                    targets = kyck.folder / f"targets-{plays}"
                    targets.write_text("".join(f"/v1/children/{child}{suffix} {token}\n" for child, token in family))
                    answer = wrk.run(HERE / "report.lua", kyck.url, connections, options.seconds, targets)
                    runs.setdefault((what, connections), {}).setdefault(plays, []).append(answer)
                    print(
                        f"{what}, {connections} connections, {plays:,} plays: {answer['rate']:.0f}/s,"
                        f" p50 {answer['p50']:.2f} ms, p99 {answer['p99']:.2f} ms", file=sys.stderr,
                    )
    return runs


main()

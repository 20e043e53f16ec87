#!/usr/bin/env python3
# Acknowledged beats per second over HTTP, beside the sqlite3 shell and pgbench committing the same rows one by one.
"""Every acknowledged beat is a commit on disk (SQLite: WAL, synchronous=FULL). The peers do what is left of a beat
without a server: the same statements on the same tables, one transaction each, no HTTP, no token, no reads before it.

Rounds alternate between kyck and its peer, so that both meet the same moods of the disk; the ratio is per round.
"""

import argparse
import pathlib
import re
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench import figures, rows, wrk  # noqa: E402
from bench.families import Client  # noqa: E402
from bench.server import Kyck, Postgres, Workspace, need, stop, turn_signals_into_exits  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CONSENT = "2026-11"
PLAYS = 64
#: Ten minutes: while a round runs, hardly a beat crosses a tenth of the video, which is when a taste is renewed.
LONG = 600_000
#: Ten milliseconds: every beat crosses a tenth, so every beat also ranks anew and writes the child's taste.
SHORT = 10


def catalogue():
    """SQL for as many long as short videos, each with one area and one topic; and their ids."""
    published = rows.now() - rows.DAY
    videos = [rows.video(n, LONG if n < PLAYS else SHORT, published + n) for n in range(2 * PLAYS)]
    labels = [(rows.new_id(), "area", area, published) for area in rows.AREAS]
    labels += [(rows.new_id(), "topic", f"topic {n}", published) for n in range(20)]
    marks = [
        (video[0], labels[offset][0], 1.0)
        for n, video in enumerate(videos)
        for offset in (n % len(rows.AREAS), len(rows.AREAS) + n % 20)
    ]
    sql = (
        rows.insert("label", ("id", "kind", "name", "created_at"), labels)
        + rows.insert("video", rows.VIDEO_COLUMNS, videos)
        + rows.insert("video_label", ("video_id", "label_id", "weight"), marks)
        + "UPDATE catalogue_version SET version = version + 1;\n"
    )
    return sql, [video[0] for video in videos]


class Family:
    """64 children at one server, each with a play of a long and one of a short video."""

    def __init__(self, kyck, videos):
        client = Client(kyck)
        children = client.children(PLAYS, CONSENT)
        self.kyck = kyck
        self.long = [(client.begin_play(*child, videos[n]), child[1]) for n, child in enumerate(children)]
        self.short = [(client.begin_play(*child, videos[PLAYS + n]), child[1]) for n, child in enumerate(children)]

    def load(self, plays, connections, seconds, last_beats):
        """One run of wrk; checks that every beat was acknowledged and that what was acknowledged is there."""
        targets = self.kyck.folder / "targets"
        before = settled(last_beats)
        targets.write_text("".join(f"{play} {token} {before[play]}\n" for play, token in plays))
        cpu, began = self.kyck.cpu_seconds(), time.monotonic()
        answer = wrk.run(HERE / "beats.lua", self.kyck.url, connections, seconds, targets)
        answer["cpu"] = (self.kyck.cpu_seconds() - cpu) / (time.monotonic() - began)
        if answer["bad"] or answer["socket_errors"]:
            stop(f"{answer['bad']} beats were not acknowledged, first: {answer['first_bad']}", 70)
        after = settled(last_beats)
        counted = sum(after[play] - before[play] for play, _ in plays)
        if not answer["good"] <= counted <= answer["sent"]:
            stop(f"{answer['good']} beats were acknowledged, {counted} are counted, {answer['sent']} were sent", 70)
        return answer


def settled(read):
    """What is counted once the beats that were on their way when wrk hung up are counted too."""
    last = read()
    while True:
        time.sleep(0.25)
        newer = read()
        if newer == last:
            return newer
        last = newer


# MARK: SQLite


def sqlite_last_beats(path):
    def read():
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return {play: rows.last_beat(beats) for play, beats in database.execute("SELECT id, beats FROM play")}

    return read


def shell_script(database, count, at):
    """`count` beats as the shell runs them: WatchingStore.count's statements for one beat of one area."""
    plays = sqlite3.connect(database).execute(
        "SELECT p.id, p.child_id, p.video_id, p.beats FROM play p JOIN video v ON v.id = p.video_id"
        f" WHERE v.duration_ms = {LONG} ORDER BY p.id"
    ).fetchall()
    hour, day = at - at % 3_600_000, time.strftime("%Y-%m-%d", time.gmtime(at / 1000 + 9 * 3600))
    parts = ["PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\nPRAGMA foreign_keys = ON;\n"]
    for number in range(count):
        play, child, video, beats = plays[number % len(plays)]
        beat = rows.last_beat(beats) + number // len(plays) + 1
        parts.append(
            f"""BEGIN IMMEDIATE;
SELECT child_id, video_id, started_at, heard_at, made_at, beats, state, bank_ms, position_ms, watched_ms
FROM play WHERE id = '{play}';
UPDATE play SET heard_at = {at + number}, made_at = {at + number}, beats = '1-{beat}', state = 'playing',
bank_ms = 0, position_ms = {beat}, watched_ms = watched_ms + 6 WHERE id = '{play}';
INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
VALUES ('{child}', '{video}', 1, 6, {beat}, {at + number})
ON CONFLICT (child_id, video_id) DO UPDATE SET watched_ms = watched_video.watched_ms + 6, position_ms = {beat},
last_watched_at = {at + number} RETURNING watched_ms;
INSERT INTO watch_hour (child_id, hour_at, areas, watched_ms) VALUES ('{child}', {hour}, 'art', 6)
ON CONFLICT (child_id, hour_at, areas) DO UPDATE SET watched_ms = watch_hour.watched_ms + 6;
INSERT INTO watch_day (child_id, day, watched_ms) VALUES ('{child}', '{day}', 6)
ON CONFLICT (child_id, day) DO UPDATE SET watched_ms = watch_day.watched_ms + 6 RETURNING watched_ms;
COMMIT;
"""
        )
    return "".join(parts)


def shell_rate(database, seconds, script):
    """Commits per second of the sqlite3 shell: a short run to learn its pace, then one of about `seconds`."""
    pace = 0
    for count in (400, None):
        count = count or max(400, int(pace * seconds))
        script.write_text(shell_script(database, count, rows.now()))
        started = time.monotonic()
        with open(script, "rb") as text:
            done = subprocess.run(
                ["sqlite3", "-bail", database], stdin=text, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                timeout=seconds * 20 + 60,
            )
        if done.returncode:
            stop(f"the sqlite3 shell failed: {done.stderr.decode()[-300:]}", 70)
        pace = count / (time.monotonic() - started)
    return pace


def measure_sqlite(work, options):
    kyck = Kyck(work.path / "sqlite")
    kyck.run("migrate")
    sql, videos = catalogue()
    with sqlite3.connect(kyck.database) as database:
        database.executescript(sql)
    peer = work.path / "sqlite" / "peer.sqlite"
    results = {"rounds": [], "extra": []}
    with kyck:
        kyck.start()
        family = Family(kyck, videos)
        with sqlite3.connect(kyck.database) as source, sqlite3.connect(peer) as copy:
            source.backup(copy)
        read = sqlite_last_beats(kyck.database)
        family.load(family.long, PLAYS, 2, read)
        for number in range(options.rounds):
            ours = family.load(family.long, PLAYS, options.seconds, read)
            shell = shell_rate(peer, options.seconds, work.path / "peer.sql")
            results["rounds"].append(ours | {"peer_rate": round(shell, 1), "ratio": round(ours["rate"] / shell, 2)})
            print(
                f"sqlite {number + 1}/{options.rounds}: {ours['rate']:.0f} beats/s, shell {shell:.0f}/s", file=sys.stderr
            )
        for name, plays, connections in (
            ("1 client", family.long[:1], 1), ("16 clients", family.long, 16), ("256 clients", family.long, 256),
            ("64 clients, each beat renews a taste", family.short, PLAYS),
        ):
            answer = family.load(plays, connections, max(2, options.seconds // 2), read)
            results["extra"].append({"name": name} | answer)
        results["memory_mib"] = [round(value, 1) for value in kyck.memory()]
    return results


# MARK: PostgreSQL


PEER_ID = "'00000000-0000-7000-8000-' || lpad((:client_id)::text, 12, '0')"
PGBENCH = f"""\\set at {{at}} + random(0, 1000)
BEGIN;
SELECT child_id, video_id, started_at, heard_at, made_at, beats, state, bank_ms, position_ms, watched_ms
FROM play WHERE id = {PEER_ID} FOR UPDATE;
UPDATE play SET heard_at = :at, made_at = :at, beats = '1-1000', state = 'playing', bank_ms = 0,
position_ms = 1000, watched_ms = watched_ms + 6 WHERE id = {PEER_ID};
INSERT INTO watched_video (child_id, video_id, plays, watched_ms, position_ms, last_watched_at)
VALUES ({PEER_ID}, '{{video}}', 1, 6, 1000, :at)
ON CONFLICT (child_id, video_id) DO UPDATE SET watched_ms = watched_video.watched_ms + 6, position_ms = 1000,
last_watched_at = :at RETURNING watched_ms;
INSERT INTO watch_hour (child_id, hour_at, areas, watched_ms) VALUES ({PEER_ID}, {{hour}}, 'art', 6)
ON CONFLICT (child_id, hour_at, areas) DO UPDATE SET watched_ms = watch_hour.watched_ms + 6;
INSERT INTO watch_day (child_id, day, watched_ms) VALUES ({PEER_ID}, '2026-01-01', 6)
ON CONFLICT (child_id, day) DO UPDATE SET watched_ms = watch_day.watched_ms + 6 RETURNING watched_ms;
COMMIT;
"""


def seed_peer(postgres, video):
    """A child and a play for each of pgbench's clients, beside kyck's own."""
    at = rows.now()
    ids = [f"00000000-0000-7000-8000-{n:012d}" for n in range(PLAYS)]
    guardian = rows.new_id()
    postgres.run(
        "INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)"
        f" VALUES ('{guardian}', '\\x00', '\\x00', 'bench', 'ko', 'Asia/Seoul', {at});\n"
        + rows.insert(
            "child", ("id", "guardian_id", "nickname", "birth_month", "avatar", "created_at"),
            [(id, guardian, "peer", "2021-01", "owl", at) for id in ids],
        )
        + rows.insert(
            "play", ("id", "child_id", "video_id", "surface", "started_at", "heard_at", "made_at", "bank_ms"),
            [(id, id, video, "home", at, at, at, 2000) for id in ids],
        )
    )


def pgbench(postgres, seconds, script, mode):
    """Transactions per second, p50 and p99 in milliseconds."""
    log = script.with_name("pgbench_log")
    for old in script.parent.glob("pgbench_log*"):
        old.unlink()
    done = subprocess.run(
        ["pgbench", "-n", "-c", str(PLAYS), "-j", "2", "-T", str(seconds), "-M", mode, "-f", script, "-l",
         f"--log-prefix={log}", postgres.url],
        capture_output=True, text=True, timeout=seconds + 60, cwd=script.parent,
    )
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        stop(f"pgbench failed: {done.stderr[-400:]}", 70)
    times = sorted(
        int(line.split()[2]) / 1000
        for file in script.parent.glob("pgbench_log*") for line in file.read_text().splitlines()
    )
    return float(found.group(1)), times[len(times) // 2], times[len(times) * 99 // 100]


def measure_postgresql(work, options):
    results = {"rounds": []}
    with Postgres(work.path / "postgres") as postgres:
        kyck = Kyck(
            work.path / "postgresql", database=postgres.url, KYCK_DATABASE_CONNECTIONS=options.postgres_connections
        )
        kyck.run("migrate")
        sql, videos = catalogue()
        postgres.run(sql)
        seed_peer(postgres, videos[0])
        at = rows.now()
        script = work.path / "beat.sql"
        script.write_text(PGBENCH.format(at=at, video=videos[0], hour=at - at % 3_600_000))

        def read():
            return {play: rows.last_beat(beats) for play, beats in postgres.run("SELECT id, beats FROM play")}

        with kyck:
            kyck.start()
            family = Family(kyck, videos)
            family.load(family.long, PLAYS, 2, read)
            for number in range(options.rounds):
                ours = family.load(family.long, PLAYS, options.seconds, read)
                # kyck keeps statements prepared, as `prepared` does; `extended` sends each with its text.
                extended = pgbench(postgres, options.seconds, script, "extended")
                prepared = pgbench(postgres, options.seconds, script, "prepared")
                results["rounds"].append(
                    ours | {
                        "peer_rate": extended[0], "peer_p50": extended[1], "peer_p99": extended[2],
                        "prepared_rate": prepared[0], "ratio": round(ours["rate"] / extended[0], 2),
                        "prepared_ratio": round(ours["rate"] / prepared[0], 2),
                    }
                )
                print(
                    f"postgresql {number + 1}/{options.rounds}: {ours['rate']:.0f} beats/s, pgbench"
                    f" {extended[0]:.0f}/s extended, {prepared[0]:.0f}/s prepared", file=sys.stderr,
                )
            results["memory_mib"] = [round(value, 1) for value in kyck.memory()]
    return results


# MARK: Report


def row(name, rounds, peer="", ratio=""):
    pick = lambda key: [each[key] for each in rounds]  # noqa: E731
    return [
        name, figures.spread(pick("rate")), figures.spread(pick("p50"), 1), figures.spread(pick("p99"), 1),
        figures.spread(pick("cpu"), 2), peer, ratio,
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test of some seconds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=15, help="length of one measurement")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--postgres-connections", type=int, default=16)
    parser.add_argument("--keep", action="store_true", help="keep the data and the log")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 1
    need("wrk", "sqlite3")
    turn_signals_into_exits()
    result, lines = {"seconds": options.seconds}, []
    with Workspace(options.keep) as work:
        if options.engine != "postgresql":
            result["sqlite"] = sqlite = measure_sqlite(work, options)
            pick = lambda key: [each[key] for each in sqlite["rounds"]]  # noqa: E731
            lines.append(
                row("SQLite, 64 clients", sqlite["rounds"], "sqlite3 shell " + figures.spread(pick("peer_rate")),
                    figures.spread(pick("ratio"), 2))
            )
            lines += [row("SQLite, " + extra["name"], [extra]) for extra in sqlite["extra"]]
        if options.engine != "sqlite":
            need("pgbench", "psql")
            result["postgresql"] = postgresql = measure_postgresql(work, options)
            pick = lambda key: [each[key] for each in postgresql["rounds"]]  # noqa: E731
            ours = row(
                f"PostgreSQL, 64 clients, {options.postgres_connections} connections", postgresql["rounds"],
                "pgbench -c 64 -M extended " + figures.spread(pick("peer_rate")), figures.spread(pick("ratio"), 2),
            )
            lines.append(ours)
            lines.append(
                ["", "", "", "", "", "pgbench -c 64 -M prepared " + figures.spread(pick("prepared_rate")),
                 figures.spread(pick("prepared_ratio"), 2)]
            )
    figures.report(
        "beats", result, ["", "beats/s", "p50 ms", "p99 ms", "cores used by kyck", "peer, commits/s", "ratio"], lines
    )


main()

#!/usr/bin/env python3
# kill -9 of the server under a load of beats, twenty times: acknowledged beats and plays missing afterwards, must be 0.
"""Sixty-four children begin a play and send its beats one after the other, so that of every play the newest
acknowledged beat is known to the number. After each kill -9 the server starts again, and the database must hold:

* every acknowledged play;
* every acknowledged beat: the end of `beats` is the newest acknowledged number, or the one that was on its way (which may be
  there: it was never answered), and no number below it is missing;
* every acknowledged total: the day's milliseconds are no fewer than the last answer said;
* each beat wholly or not at all: plays, videos, hours and days of a child add up to the same;
* PRAGMA integrity_check and foreign_key_check without a finding.

A killed process loses nothing that the system holds in memory: this shows that no answer runs ahead of its commit, not
what a power cut does (that is what synchronous=FULL is for).
"""

import argparse
import http.client
import json
import pathlib
import random
import secrets
import sqlite3
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench import figures, rows  # noqa: E402
from bench.families import Client  # noqa: E402
from bench.server import Kyck, Workspace, stop, turn_signals_into_exits  # noqa: E402

CONSENT = "2026-11"
CHILDREN = 64


class Player(threading.Thread):
    """One child's device: a play, then its beats, until the server is gone. Notes what was acknowledged."""

    def __init__(self, port, child, token, video):
        super().__init__(daemon=True)
        self.port, self.child, self.token, self.video = port, child, token, video
        self.play = None
        self.acknowledged = 0
        self.on_its_way = 0
        self.today = 0
        self.fault = None

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request(
                "POST", f"/v1/children/{self.child}/plays",
                json.dumps({"video_id": self.video, "surface": "home"}),
                headers | {"Idempotency-Key": secrets.token_hex(16)},
            )
            play = self.answer(connection, 201)["play_id"]
            self.play = play
            while True:
                self.on_its_way = self.acknowledged + 1
                moment = time.time()
                at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03d}Z"
                connection.request(
                    "POST", f"/v1/plays/{play}/beats",
                    f'{{"beats":[{{"n":{self.on_its_way},"at":"{at}","position_ms":1000,"played_ms":10000,'
                    '"state":"playing"}]}',
                    headers,
                )
                answer = self.answer(connection, 200)
                if answer["accepted"] != 1:
                    raise ValueError(f"beat {self.on_its_way} was answered with {answer}")
                self.today = answer["allowance"]["watched_today_ms"]
                self.acknowledged = self.on_its_way
        except (OSError, http.client.HTTPException):
            pass  # The server was killed, which is what this is about.
        except ValueError as error:
            self.fault = str(error)

    @staticmethod
    def answer(connection, wanted):
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != wanted:
            raise ValueError(f"{answer.status}: {body[:200]!r}")
        return json.loads(body)


def lost(database, players):
    """What was acknowledged and is not there, in words."""
    findings, beats = [], 0
    for player in players:
        if player.play is None:
            continue
        row = database.execute("SELECT beats FROM play WHERE id = ?", [player.play]).fetchone()
        if row is None:
            findings.append(f"play {player.play} is missing")
            beats += player.acknowledged
            continue
        last = rows.last_beat(row[0])
        if not player.acknowledged <= last <= player.on_its_way:
            findings.append(f"{player.play}: beat {player.acknowledged} was acknowledged, the last there is {last}")
            beats += max(0, player.acknowledged - last)
        elif last and row[0] != f"1-{last}":
            findings.append(f"{player.play}: beats are missing among {row[0]}")
            beats += 1
        day = "SELECT max(watched_ms) FROM watch_day WHERE child_id = ?"
        today = database.execute(day, [player.child]).fetchone()[0]
        if (today or 0) < player.today:
            findings.append(f"child {player.child}: {player.today} ms were acknowledged today, {today} are there")
    return findings, beats


def torn(database):
    """Beats that are there in part: children whose tables do not add up to the same."""
    return database.execute(
        """
        SELECT c.id, (SELECT sum(watched_ms) FROM play WHERE child_id = c.id) AS plays,
            (SELECT sum(watched_ms) FROM watched_video WHERE child_id = c.id) AS videos,
            (SELECT sum(watched_ms) FROM watch_hour WHERE child_id = c.id) AS hours,
            (SELECT sum(watched_ms) FROM watch_day WHERE child_id = c.id) AS days
        FROM child c WHERE plays <> videos OR plays <> ifnull(hours, 0) OR plays <> ifnull(days, 0)
        """
    ).fetchall()


def wait_for_beats(players):
    deadline = time.monotonic() + 4
    while not any(player.acknowledged for player in players):
        if time.monotonic() > deadline:
            stop(f"no beat was acknowledged within a minute: {[player.fault for player in players][:3]}", 70)
        time.sleep(0.005)


def check(kyck, players):
    with sqlite3.connect(f"file:{kyck.database}?mode=ro", uri=True) as database:
        integrity = [row[0] for row in database.execute("PRAGMA integrity_check")]
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
        findings, beats = lost(database, players)
        findings += [f"child {row[0]}: plays, videos, hours and days hold {row[1:]} ms" for row in torn(database)]
    if integrity != ["ok"]:
        findings.append(f"integrity_check: {integrity[:3]}")
    if broken:
        findings.append(f"foreign_key_check: {broken[:3]}")
    findings += [player.fault for player in players if player.fault]
    return findings, beats


def prepare(kyck):
    published = rows.now() - rows.DAY
    videos = [rows.video(n, 600_000, published + n) for n in range(CHILDREN)]
    labels = [(rows.new_id(), "area", area, published) for area in rows.AREAS]
    marks = [(video[0], labels[n % len(labels)][0], 1.0) for n, video in enumerate(videos)]
    with sqlite3.connect(kyck.database) as database:
        database.executescript(
            rows.insert("label", ("id", "kind", "name", "created_at"), labels)
            + rows.insert("video", rows.VIDEO_COLUMNS, videos)
            + rows.insert("video_label", ("video_id", "label_id", "weight"), marks)
            + "UPDATE catalogue_version SET version = version + 1;"
        )
    return [video[0] for video in videos]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test: two kills")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3, help="the longest a round lasts before the kill")
    parser.add_argument("--warm", action="store_true", help="ask for one home after every start, before the load")
    parser.add_argument("--keep", action="store_true", help="keep the data and the log")
    options = parser.parse_args()
    if options.quick:
        options.kills, options.seconds = 2, 1
    turn_signals_into_exits()
    chance = random.Random()
    rounds, findings = [], []
    with Workspace(options.keep) as work:
        kyck = Kyck(work.path)
        kyck.run("migrate")
        videos = prepare(kyck)
        with kyck:
            kyck.start()
            children = Client(kyck).children(CHILDREN, CONSENT)
            for number in range(1, options.kills + 1):
                if options.warm:
                    client = Client(kyck)
                    client.ask("GET", f"/v1/children/{children[0][0]}/home", token=children[0][1])
                players = [Player(kyck.port, *child, videos[n]) for n, child in enumerate(children)]
                for player in players:
                    player.start()
                # Never the same moment twice, and every fifth time while the plays still begin.
                if number % 5:
                    wait_for_beats(players)
                time.sleep(chance.uniform(0.05, options.seconds if number % 5 else 0.3))
                kyck.kill()
                for player in players:
                    player.join(30)
                    if player.is_alive():
                        stop("a player did not notice that the server was killed", 70)
                wal = kyck.database.with_name("kyck.sqlite-wal")
                left = wal.stat().st_size if wal.exists() else 0
                ready = kyck.start()
                found, beats = check(kyck, players)
                rounds.append({
                    "plays": sum(player.play is not None for player in players),
                    "acknowledged": sum(player.acknowledged for player in players),
                    "missing": beats, "ready_ms": round(ready * 1000, 1), "wal_kib": left // 1024,
                })
                findings += [f"kill {number}: {finding}" for finding in found]
                print(f"kill {number}: {rounds[-1]}", file=sys.stderr)
    acknowledged = sum(each["acknowledged"] for each in rounds)
    missing = sum(each["missing"] for each in rounds)
    ready = [each["ready_ms"] for each in rounds]
    figures.report(
        "crash", {"kills": len(rounds), "acknowledged": acknowledged, "missing": missing, "rounds": rounds,
                  "findings": findings},
        ["kill -9", "acknowledged plays", "acknowledged beats", "missing", "findings", "ms to ready again"],
        [[len(rounds), f"{sum(each['plays'] for each in rounds):,}", f"{acknowledged:,}", missing, len(findings),
          figures.spread(ready)]],
    )
    for finding in findings:
        print(finding, file=sys.stderr)
    sys.exit(1 if findings else 0)


main()

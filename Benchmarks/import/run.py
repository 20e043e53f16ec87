#!/usr/bin/env python3
# Import of saved API answers (records/s, memory) against Python json + sqlite3 in one transaction.
"""How fast, and in how much memory, Kyck imports saved answers of the YouTube Data API.

Both sides read the same file of synthetic records: Kyck through its safety gate into its whole schema, and Python with
`json` and `sqlite3` into one table, all in one transaction. Runs alternate; the median of each counts.

    bin/bench import [--sizes 10000,100000] [--repeats 3]

Exits with 1 when Kyck is slower than Python or its memory grows with the file.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench import figures, server  # noqa: E402

WORDS = "아기 상어 뽀로로 공룡 자동차 노래 색깔 숫자 동물 바다 우주 생일 친구 가족 버스 나비 토끼 baby song colours numbers".split()
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def video_id(number):
    text = ""
    for _ in range(7):
        text = ALPHABET[number % 64] + text
        number //= 64
    return "syn_" + text


def record(number, rng):
    """One item with the fields and about the size of a real one; half are made for kids."""
    identifier = video_id(number)
    title = " ".join(rng.choices(WORDS, k=6)) + f" {number}"
    channel = number % 500
    address = f"https://i.ytimg.com/vi/{identifier}/"
    sizes = {"default": ("default.jpg", 120, 90), "medium": ("mqdefault.jpg", 320, 180), "high": ("hqdefault.jpg", 480, 360)}
    return {
        "kind": "youtube#video",
        "etag": f"etag{number:023d}",
        "id": identifier,
        "snippet": {
            "publishedAt": "2024-05-06T07:08:09Z",
            "channelId": f"UCsynthetic{channel:013d}",
            "title": title,
            "description": "\n".join(" ".join(rng.choices(WORDS, k=10)) for _ in range(4)),
            "thumbnails": {k: {"url": address + f, "width": w, "height": h} for k, (f, w, h) in sizes.items()},
            "channelTitle": f"채널 {channel}",
            "categoryId": "27",
            "liveBroadcastContent": "none",
            "localized": {"title": title, "description": ""},
        },
        "contentDetails": {
            "duration": f"PT{rng.randint(0, 9)}M{rng.randint(11, 59)}S",
            "dimension": "2d",
            "definition": "hd",
            "caption": "false",
            "licensedContent": True,
            "contentRating": {},
            "projection": "rectangular",
        },
        "status": {
            "uploadStatus": "processed",
            "privacyStatus": "public",
            "license": "youtube",
            "embeddable": True,
            "publicStatsViewable": True,
            "madeForKids": number % 2 == 0,
        },
    }


def write_file(path, count):
    rng = random.Random(20_261_123)
    with open(path, "w", encoding="utf-8") as file:
        file.write('{\n  "kind": "youtube#videoListResponse",\n  "etag": "synthetic",\n  "items": [\n')
        for number in range(count):
            line = json.dumps(record(number, rng), ensure_ascii=False, separators=(",", ":"))
            file.write("    " + line + (",\n" if number + 1 < count else "\n"))
        file.write(f'  ],\n  "pageInfo": {{"totalResults": {count}, "resultsPerPage": 50}}\n}}\n')


def python_peer(source, target):
    """Run in a process of its own: the shortest honest way to get the records into SQLite with Python."""
    with open(source, encoding="utf-8") as file:
        items = json.load(file)["items"]
    database = sqlite3.connect(target)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(
        "CREATE TABLE video (youtube_id TEXT PRIMARY KEY, channel_id TEXT, channel_title TEXT, title TEXT, thumbnail_url TEXT,"
        " duration TEXT, embeddable INTEGER, made_for_kids INTEGER, privacy TEXT, upload TEXT, live TEXT)"
    )
    rows = (
        (
            item["id"],
            item["snippet"]["channelId"],
            item["snippet"]["channelTitle"],
            item["snippet"]["title"],
            item["snippet"]["thumbnails"]["medium"]["url"],
            item["contentDetails"]["duration"],
            item["status"]["embeddable"],
            item["status"]["madeForKids"],
            item["status"]["privacyStatus"],
            item["status"]["uploadStatus"],
            item["snippet"]["liveBroadcastContent"],
        )
        for item in items
    )
    with database:
        database.executemany("INSERT INTO video VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    database.close()


def timed(command, environment):
    """Wall seconds and peak resident MiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}: {errors.decode(errors='replace')[-2000:]}")
    return seconds, usage.ru_maxrss / 1024, output


def run_kyck(binary, source, folder):
    data = os.path.join(folder, "kyck")
    shutil.rmtree(data, ignore_errors=True)
    os.makedirs(data)
    environment = dict(os.environ, KYCK_DATA_DIR=data, KYCK_DATABASE_URL=f"sqlite:{data}/kyck.sqlite", KYCK_ENV="development")
    timed([binary, "migrate"], environment)
    command = [binary, "import", "youtube", "--json", "--file", source]
    seconds, peak, output = timed(command, environment)
    again, _, repeated = timed(command, environment)
    summary, repeated = json.loads(output), json.loads(repeated)
    if repeated["new"] or repeated["updated"]:
        sys.exit(f"importing the same file again changed something: {repeated}")
    return seconds, peak, again, summary


def run_python(source, folder):
    target = os.path.join(folder, "python.sqlite")
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(target + suffix):
            os.remove(target + suffix)
    seconds, peak, _ = timed([sys.executable, os.path.abspath(__file__), "--peer", source, target], dict(os.environ))
    return seconds, peak


def measure(binary, count, repeats, folder):
    source = os.path.join(folder, f"videos-{count}.json")
    write_file(source, count)
    kyck, python = [], []
    for _ in range(repeats):
        kyck.append(run_kyck(binary, source, folder))
        python.append(run_python(source, folder))
    for run in kyck:
        if run[3]["new"] != count or run[3]["accepted"] != (count + 1) // 2:
            sys.exit(f"not every record was imported: {run[3]}")
    kyck_seconds = statistics.median(run[0] for run in kyck)
    python_seconds = statistics.median(run[0] for run in python)
    result = {
        "records": count,
        "file_mib": round(os.path.getsize(source) / 2**20, 1),
        "kyck_records_per_second": round(count / kyck_seconds),
        "kyck_again_records_per_second": round(count / statistics.median(run[2] for run in kyck)),
        "python_records_per_second": round(count / python_seconds),
        "ratio": round(python_seconds / kyck_seconds, 2),
        "kyck_peak_mib": round(max(run[1] for run in kyck), 1),
        "python_peak_mib": round(max(run[1] for run in python), 1),
    }
    os.remove(source)
    return result


def main():
    if sys.argv[1:2] == ["--peer"]:
        python_peer(sys.argv[2], sys.argv[3])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000", help="numbers of records (default 10000,100000)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a smoke test of some seconds")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.sizes, arguments.repeats = "1000,5000", 1
    binary = str(server.binary())
    with tempfile.TemporaryDirectory(prefix="kyck-bench-") as folder:
        results = [measure(binary, int(size), arguments.repeats, folder) for size in arguments.sizes.split(",")]
    head = ["records"] + [f"{result['records']:,}" for result in results]
    names = [name for name in results[0] if name != "records"]
    lines = [[name.replace("_", " ")] + [f"{result[name]:,}" for result in results] for name in names]
    figures.report("import", {"results": results}, head, lines)
    slow = [result for result in results if result["records"] >= 100_000 and result["ratio"] < 1]
    # What is held is two batches; the rest is the allocator's and SQLite's cache, which is filled once.
    grows = len(results) > 1 and results[-1]["kyck_peak_mib"] > results[0]["kyck_peak_mib"] + 48
    if slow or grows:
        sys.exit("slower than Python" if slow else "memory grows with the number of records")


main()

"""Rows written straight into the schema: catalogues and watching too large to be made through the API."""

import os
import pathlib
import secrets
import sqlite3
import time

AREAS = ("body", "communication", "social", "art", "nature")
DAY = 86_400_000


def now():
    return int(time.time() * 1000)


def new_id(at=None):
    """A UUID of version 7."""
    moment = at if at is not None else now()
    bits = moment << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


VIDEO_COLUMNS = (
    "id", "hosted_path", "series_id", "episode", "state", "own_title_ko", "own_title_en", "search_text",
    "duration_ms", "embeddable", "made_for_kids", "age_min", "age_max", "content_hash", "published_at", "created_at",
    "updated_at",
)


def video(number, duration, published_at, series=None, episode=None):
    """A published hosted video for children of three to seven, in the order of `VIDEO_COLUMNS`."""
    return (
        new_id(published_at), f"bench/{number}.mp4", series, episode, "published", f"영상 {number}", f"Video {number}",
        f"영상 {number} video {number}", duration, 1, 1, 3, 7, f"{number:032x}", published_at, published_at,
        published_at,
    )


def popularity(at):
    """What a child that began to watch at `at` adds to a video, as PopularityStore keeps it: doubled every 30 days."""
    return 2 ** ((at - 1_767_225_600_000) / (30 * DAY))


def sum_popularity(database, at):
    """What PopularityStore adds up as children begin to watch, by age group; here all by their age of one moment."""
    year, month = time.gmtime(at / 1000)[:2]
    database.execute(
        "UPDATE watched_video SET popularity_group = (SELECT max(0, min(4, (:months - 12 * substr(birth_month, 1, 4)"
        " - substr(birth_month, 6) - 1) / 12 - 2)) FROM child WHERE id = child_id) WHERE popularity > 0",
        {"months": 12 * year + month},
    )
    database.execute(
        "INSERT INTO video_popularity (video_id, age_group, weight)"
        " SELECT video_id, popularity_group, sum(popularity) FROM watched_video WHERE popularity > 0"
        " GROUP BY video_id, popularity_group"
        " ON CONFLICT (video_id, age_group) DO UPDATE SET weight = excluded.weight"
    )


def last_beat(beats):
    """The highest number of a play's `beats`, ranges such as `1-57,60-60`; 0 for none."""
    return int(beats.rsplit("-", 1)[1]) if beats else 0


def insert(table, columns, rows):
    """One INSERT statement with its values as literals, for either engine."""

    def literal(value):
        if value is None:
            return "NULL"
        return str(value) if isinstance(value, (int, float)) else "'" + value.replace("'", "''") + "'"

    values = ",\n".join("(" + ",".join(map(literal, row)) + ")" for row in rows)
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES\n{values};\n"


def bulk(database, table, columns, rows):
    marks = ",".join("?" * len(columns))
    database.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows)


def open_for_bulk(path):
    """The whole filling is one transaction; the caller commits it."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA foreign_keys = OFF; PRAGMA cache_size = -200000; BEGIN;")
    return database


def checkpoint(path):
    """Puts everything into the file itself that is in its log."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


class Filling:
    """A database that is being filled with gigabytes: without a journal, and without the indexes of these tables, which are
    made again at the end in one go. Whoever is interrupted begins anew. When it is over everything is on the disk, so that
    nothing of it is still being written while something is measured."""

    def __init__(self, path, *tables):
        self.path, self.tables = path, tables

    def __enter__(self):
        # What is sorted lies beside the database meanwhile.
        os.environ["SQLITE_TMPDIR"] = str(pathlib.Path(self.path).parent)
        self.database = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
            self.database.execute(f"PRAGMA {pragma}")
        marks = ",".join("?" * len(self.tables))
        self.indexes = self.database.execute(
            f"SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
            self.tables,
        ).fetchall()
        for name, _ in self.indexes:
            self.database.execute(f"DROP INDEX {name}")
        return self.database

    def __exit__(self, *failure):
        if failure[0] is None:
            for _, sql in self.indexes:
                self.database.execute(sql)
        self.database.close()
        with open(self.path, "rb") as file:
            os.fsync(file.fileno())

"""Rows written straight into the schema: catalogues and watching too large to be made through the API."""

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

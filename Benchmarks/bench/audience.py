"""A catalogue with labels and the children who watch it, written straight into the schema. Needs numpy."""

import itertools

import numpy

from . import rows

#: Kinds of label and how many names each has, as in an editor's sheet of 1,700 videos made for children. Most videos have
#: a show and an age rating; the others a judgement in five columns instead.
OF_A_SHOW = (("show", 123), ("age_rating", 15))
OF_A_SINGLE = (("category", 18), ("for_kids", 2), ("high_stimulation", 2), ("frequent_cuts", 2), ("main_factor", 27))
SHOWS, FACTORS = 0.71, 0.73
CHILDREN_PER_GUARDIAN = 2
#: Of the videos that are for these children, how many are there besides that are for older ones.
FOR_OLDER = 0.02


class Audience:
    """Every choice comes from one seeded generator, so that all who are measured see the same data.

    Videos are watched as unevenly as in life (Zipf), and children keep to three shows and two categories of their own.
    """

    def __init__(self, videos, children, watched, seed=20261123):
        self.random = numpy.random.default_rng(seed)
        self.at = rows.now()
        self.labels = [(kind, f"{kind} {n}") for kind, count in OF_A_SHOW + OF_A_SINGLE for n in range(count)]
        self.carried = self.label(videos)
        self.durations = self.random.integers(60, 900, videos) * 1000
        self.watched = self.choose(videos, children, watched)
        # Six in ten are watched to the end.
        part = self.random.random((children, watched))
        self.ratio = numpy.where(part > 0.4, 1.0, 2 * part)
        self.moments = self.at - self.random.integers(0, 60 * rows.DAY, (children, watched))

    def label(self, videos):
        """Per video its labels by number; a few names of each kind are common, most are rare."""
        starts = dict(zip([kind for kind, _ in OF_A_SHOW + OF_A_SINGLE], itertools.accumulate(
            [0] + [count for _, count in OF_A_SHOW + OF_A_SINGLE]
        )))
        columns = {}
        for kind, count in OF_A_SHOW + OF_A_SINGLE:
            # Shows are about as large as each other; all else is uneven.
            share = numpy.ones(count) if kind == "show" else 1 / numpy.arange(1, count + 1)
            columns[kind] = starts[kind] + self.random.choice(count, videos, p=share / share.sum())
        is_show = self.random.random(videos) < SHOWS
        has_factor = self.random.random(videos) < FACTORS
        return [
            [int(columns[kind][video]) for kind, _ in (OF_A_SHOW if is_show[video] else OF_A_SINGLE)
             if kind != "main_factor" or has_factor[video]]
            for video in range(videos)
        ]

    def choose(self, videos, children, watched):
        """Per child so many different videos: drawn by popularity, and rather from the child's own shows."""
        matrix = self.matrix()
        popularity = numpy.log(1 / (self.random.permutation(videos) + 10)).astype(numpy.float32)
        chosen = numpy.empty((children, watched), dtype=numpy.int32)
        shows, single = OF_A_SHOW[0][1], sum(count for _, count in OF_A_SHOW)
        for first in range(0, children, 100):
            count = min(100, children - first)
            liked = numpy.zeros((count, len(self.labels)), dtype=numpy.float32)
            for row in liked:
                row[self.random.choice(shows, 3, replace=False)] = 3
                row[single + self.random.choice(OF_A_SINGLE[0][1], 2, replace=False)] = 2
            # The largest of log-weights plus Gumbel noise are a draw without replacement.
            drawn = popularity + liked @ matrix.T - numpy.log(-numpy.log(
                self.random.random((count, videos), dtype=numpy.float32) * (1 - 2e-7) + 1e-7
            ))
            chosen[first : first + count] = numpy.argpartition(drawn, videos - watched, axis=1)[:, videos - watched :]
        return chosen

    def matrix(self):
        """One row of zeros and ones per video: the label vectors of the original design."""
        matrix = numpy.zeros((len(self.carried), len(self.labels)), dtype=numpy.float32)
        for row, carried in zip(matrix, self.carried):
            row[carried] = 1
        return matrix

    def fill(self, database_path):
        """Writes all of it into a migrated database. Answers the ids of videos and of children, in order."""
        database = rows.open_for_bulk(database_path)
        self.fill_catalogue(database)
        self.fill_families(database)
        self.fill_watching(database)
        database.execute("UPDATE catalogue_version SET version = version + 1")
        database.execute("COMMIT")
        database.execute("PRAGMA optimize")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return self.videos, self.children

    def fill_catalogue(self, database):
        count = len(self.carried)
        labels = [(rows.new_id(), kind, name, self.at) for kind, name in self.labels]
        rows.bulk(database, "label", ("id", "kind", "name", "created_at"), labels)
        # A fifth of the videos is in series of ten.
        series = [(rows.new_id(), f"bench-{n}", f"시리즈 {n}", f"Series {n}", self.at) for n in range(count // 50)]
        rows.bulk(database, "series", ("id", "slug", "title_ko", "title_en", "created_at"), series)
        videos = []
        for n in range(count):
            place = (series[n // 10][0], n % 10 + 1) if n // 10 < len(series) else (None, None)
            published = self.at - (count - n) * 730 * rows.DAY // count
            videos.append(rows.video(n, int(self.durations[n]), published, *place))
        self.videos = [video[0] for video in videos]
        for n in range(count, count + int(count * FOR_OLDER)):
            older = dict(zip(rows.VIDEO_COLUMNS, rows.video(n, 300_000, self.at))) | {"age_min": 9, "age_max": 12}
            videos.append(tuple(older.values()))
        rows.bulk(database, "video", rows.VIDEO_COLUMNS, videos)
        carried = itertools.chain(self.carried, itertools.cycle(self.carried))
        marks = ((video[0], labels[label][0], 1.0) for video, own in zip(videos, carried) for label in own)
        rows.bulk(database, "video_label", ("video_id", "label_id", "weight"), marks)

    def fill_families(self, database):
        guardians, children = [], []
        year = 1970 + self.at // (365.2425 * rows.DAY)
        for n in range(len(self.watched)):
            if n % CHILDREN_PER_GUARDIAN == 0:
                number = f"bench {len(guardians)}".encode()
                guardians.append((rows.new_id(), number, number, "bench", "ko", "Asia/Seoul", self.at))
            # Three to six years old.
            born = f"{year - 4 - n % 3:.0f}-{n % 12 + 1:02d}"
            children.append((rows.new_id(), guardians[-1][0], f"아이{n}", born, "owl", self.at))
        rows.bulk(
            database, "guardian",
            ("id", "phone_lookup", "phone_cipher", "phone_key_id", "language", "time_zone", "created_at"), guardians,
        )
        rows.bulk(
            database, "child", ("id", "guardian_id", "nickname", "birth_month", "avatar", "created_at"), children
        )
        self.children = [child[0] for child in children]

    def fill_watching(self, database):
        def totals():
            for child, *own in zip(self.children, self.watched, self.ratio, self.moments):
                for video, ratio, at in zip(*(column.tolist() for column in own)):
                    watched = max(1, int(self.durations[video] * ratio))
                    position = 0 if ratio == 1 else watched
                    yield child, self.videos[video], 1, watched, position, at + watched, rows.popularity(at)

        columns = ("child_id", "video_id", "plays", "watched_ms", "position_ms", "last_watched_at", "popularity")
        rows.bulk(database, "watched_video", columns, totals())
        rows.sum_popularity(database, self.at)

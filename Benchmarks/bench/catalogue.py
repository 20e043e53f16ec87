"""A catalogue with labels and series, written straight into the schema. The standard library only."""

import itertools
import random

from . import rows

TOPICS, CHARACTERS = 300, 200
EDITION = "nuri-2019"


class Catalogue:
    """Videos of one to fifteen minutes with six labels each: an area, three topics of 300, two characters of 200. A fifth
    is in series of ten. The same for the same generator."""

    def __init__(self, videos, generator, at):
        self.random, self.at = generator, at
        self.durations = [generator.randrange(60, 900) * 1000 for _ in range(videos)]
        self.areas = [generator.choice(rows.AREAS) for _ in range(videos)]

    def fill(self, database):
        count = len(self.durations)
        labels = {}
        for kind, names in (
            ("area", rows.AREAS),
            ("topic", [f"topic {n}" for n in range(TOPICS)]),
            ("character", [f"character {n}" for n in range(CHARACTERS)]),
        ):
            labels[kind] = [(rows.new_id(), kind, name, self.at) for name in names]
        rows.bulk(database, "label", ("id", "kind", "name", "created_at"), itertools.chain(*labels.values()))
        series = [(rows.new_id(), f"bench-{n}", f"시리즈 {n}", f"Series {n}", self.at) for n in range(count // 50)]
        rows.bulk(database, "series", ("id", "slug", "title_ko", "title_en", "created_at"), series)
        videos, marks = [], []
        for n in range(count):
            place = (series[n // 10][0], n % 10 + 1) if n // 10 < len(series) else (None, None)
            # Published over two years, the last one today.
            published = self.at - (count - n) * 730 * rows.DAY // count
            videos.append(rows.video(n, self.durations[n], published, *place))
            chosen = [next(label for label in labels["area"] if label[2] == self.areas[n])]
            # A series keeps to its topic and its character; topics are as uneven as they are in life.
            theme = random.Random(n // 10 if place[0] else n + 1_000_000)
            chosen += [labels["topic"][min(TOPICS - 1, int(theme.paretovariate(0.6)) - 1)]]
            chosen += [labels["character"][theme.randrange(CHARACTERS)]]
            while len(chosen) < 6:
                label = self.random.choice(labels["topic" if len(chosen) < 5 else "character"])
                if label not in chosen:
                    chosen.append(label)
            marks += [(videos[-1][0], label[0], 1.0 if place < 3 else 0.5) for place, label in enumerate(chosen)]
        rows.bulk(database, "video", rows.VIDEO_COLUMNS, videos)
        rows.bulk(database, "video_label", ("video_id", "label_id", "weight"), marks)
        # One content of the curriculum for two videos in three: areas are numbered in their order, with three categories each.
        contents = [
            (video[0], EDITION, f"{rows.AREAS.index(self.areas[n]) + 1}.{1 + n // 3 % 3}.{1 + n % 3}", self.at)
            for n, video in enumerate(videos) if n % 3 < 2
        ]
        rows.bulk(database, "video_content", ("video_id", "edition", "code", "labelled_at"), contents)
        database.execute("UPDATE catalogue_version SET version = version + 1")
        self.videos = [video[0] for video in videos]

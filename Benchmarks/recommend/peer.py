"""The original design, as a service: a regression over label vectors, fitted and asked anew for every request.

Flask under gunicorn; scikit-learn's KNeighborsRegressor (Euclidean distance, weights by distance, 20 neighbours) on what
the child watched, its target the part that was watched. The child's history is read from SQLite; the label vectors too
(KEEPS=0, as the original did), or kept in memory from the start, shared by the workers (KEEPS=1).
"""

import os
import sqlite3

import numpy
from flask import Flask, request
from sklearn.neighbors import KNeighborsRegressor

NEIGHBOURS = 20
app = Flask(__name__)
database = None


def connection():
    """One connection for each worker, opened after the fork."""
    global database
    if database is None:
        database = sqlite3.connect(f"file:{os.environ['PEER_DATABASE']}?mode=ro", uri=True)
    return database


def catalogue(database):
    """Ids of videos and, row by row, their label vectors."""
    ids, vectors = [], []
    for video, vector in database.execute("SELECT id, vector FROM video ORDER BY number"):
        ids.append(video)
        vectors.append(vector)
    return ids, numpy.frombuffer(b"".join(vectors), dtype=numpy.float32).reshape(len(ids), -1)


kept = None
if os.environ["KEEPS"] == "1":
    first = sqlite3.connect(os.environ["PEER_DATABASE"])
    kept = catalogue(first)
    first.close()


@app.get("/recommendations/<child>")
def recommendations(child):
    count = request.args.get("n", 20, type=int)
    watched = connection().execute("SELECT video, ratio FROM watched WHERE child = ?", (child,)).fetchall()
    ids, vectors = kept or catalogue(connection())
    numbers = [video for video, _ in watched]
    model = KNeighborsRegressor(n_neighbors=min(NEIGHBOURS, len(watched)), weights="distance")
    model.fit(vectors[numbers], [ratio for _, ratio in watched])
    others = numpy.delete(numpy.arange(len(ids)), numbers)
    ratings = model.predict(vectors[others])
    best = numpy.argsort(-ratings, kind="stable")[:count]
    return {"items": [{"video_id": ids[others[place]], "rating": float(ratings[place])} for place in best]}


@app.get("/ready")
def ready():
    return {"ready": True}

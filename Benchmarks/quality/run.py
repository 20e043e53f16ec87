#!/usr/bin/env python3
# Quality of recommendations on ml-latest-small: our blend beside six other methods, in protocols P1 and P2.
"""How well `kyck evaluate` and its methods find what people go on to like.

The data is MovieLens' ml-latest-small with ready-made splits, beside the repository (research use only; see its README).
Two modes: from the ratings that count as liked alone, as the published tables are made, and from all ratings, where our
blend also learns from what was rated low. The reference figures of popularity, item-knn, EASE and CEASE must come out to
four digits, and our blend must pass the gates: P1 nDCG@10 0.273 and Recall@20 0.277, P2 0.029 and 0.130.

    bin/bench quality [--data ../shared/data]

Exits with 1 when a reference figure differs or a gate is not passed.
"""

import argparse
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# nDCG@10 and Recall@20 by split, from the splits' own README.
REFERENCE = {
    "p1-test-42": {"popularity": (0.1411, 0.1397), "item-knn": (0.2446, 0.2527), "ease": (0.2759, 0.2779), "cease": (0.2814, 0.2835)},
    "p1-test-43": {"popularity": (0.1386, 0.1509), "item-knn": (0.2316, 0.2429), "ease": (0.2667, 0.2648), "cease": (0.2697, 0.2684)},
    "p1-test-44": {"popularity": (0.1406, 0.1443), "item-knn": (0.2338, 0.2455), "ease": (0.2642, 0.2678), "cease": (0.2689, 0.2713)},
    "p2-test": {"popularity": (0.0200, 0.0680), "item-knn": (0.0309, 0.1294), "ease": (0.0350, 0.1443), "cease": (0.0359, 0.1376)},
}
# What the reference was tuned to in P2; P1's are the defaults of the command.
P2 = ["--item-neighbours", "20", "--ease-regularisation", "300", "--cease-labels", "8"]
GATES = {"p1": (0.273, 0.277), "p2": (0.029, 0.130)}


def prepare(data, folder):
    """Liked ratings alone, and the labels of films: genres, and tags on three films or more."""
    with open(data / "ml-latest-small" / "ratings.csv", newline="") as file:
        ratings = list(csv.reader(file))[1:]
    liked = collections.Counter(row[0] for row in ratings if float(row[2]) >= 4)
    rows = [row for row in ratings if float(row[2]) >= 4 and liked[row[0]] >= 5]
    films = {row[1] for row in rows}
    with open(folder / "liked.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["userId", "movieId", "rating", "timestamp"], *rows])
    carriers = collections.defaultdict(set)
    with open(data / "ml-latest-small" / "movies.csv", newline="", encoding="utf-8") as file:
        for film, _, genres in list(csv.reader(file))[1:]:
            for genre in genres.split("|"):
                if genre != "(no genres listed)" and film in films:
                    carriers["genre:" + genre].add(film)
    tags = collections.defaultdict(set)
    with open(data / "ml-latest-small" / "tags.csv", newline="", encoding="utf-8") as file:
        for _, film, tag, _ in list(csv.reader(file))[1:]:
            if film in films:
                tags["tag:" + tag.strip().lower().replace("|", "/")].add(film)
    carriers.update({tag: found for tag, found in tags.items() if len(found) >= 3})
    labels = collections.defaultdict(list)
    for label in sorted(carriers):
        for film in carriers[label]:
            labels[film].append(label)
    with open(folder / "items.csv", "w", encoding="utf-8") as file:
        file.write("item,labels\n")
        for film in sorted(labels, key=int):
            file.write(f"{film},{'|'.join(labels[film])}\n")


def evaluate(kyck, folder, data, split, interactions, methods):
    command = [
        kyck, "evaluate", "--interactions", str(interactions), "--items", str(folder / "items.csv"), "--json",
        "--test", str(data / "ml-latest-small-splits" / f"{split}.csv"), "--seeds", "42", "--methods", methods,
    ]
    answer = subprocess.run(command + (P2 if split.startswith("p2") else []), capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"quality: kyck evaluate ended with {answer.returncode}: {answer.stderr.strip()}")
    report = json.loads(answer.stdout)
    return {m["method"]: (m["ndcg@10"]["mean"], m["recall@20"]["mean"]) for m in report["methods"]}, report


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--quick", action="store_true", help="one split, without the two slow methods")
    options = parser.parse_args()
    kyck = os.environ.get("KYCK_BIN") or str(ROOT / ".build" / "release" / "kyck")
    faults, results = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(options.data, folder)
        all_ratings = options.data / "ml-latest-small" / "ratings.csv"
        for split in list(REFERENCE)[: 1 if options.quick else None]:
            methods = "popularity,ease,cease,blend" if options.quick else "random,popularity,knn,item-knn,ease,cease,blend"
            liked, report = evaluate(kyck, folder, options.data, split, folder / "liked.csv", methods)
            everything, _ = evaluate(kyck, folder, options.data, split, all_ratings, "popularity,blend" if options.quick else "popularity,knn,cease,blend")
            results[split] = {"liked": liked, "all": everything, "comparison": report.get("comparison")}
            for method, expected in REFERENCE[split].items():
                if method in liked and any(abs(found - wanted) > 0.00006 for found, wanted in zip(liked[method], expected)):
                    faults.append(f"{split} {method}: {liked[method]} instead of {expected}")
            for method, (ndcg, recall) in liked.items():
                print(f"{split}  liked only   {method:10}  nDCG@10 {ndcg:.4f}  Recall@20 {recall:.4f}", flush=True)
            for method, (ndcg, recall) in everything.items():
                print(f"{split}  all ratings  {method:10}  nDCG@10 {ndcg:.4f}  Recall@20 {recall:.4f}", flush=True)
    for protocol, gate in GATES.items():
        splits = [split for split in results if split.startswith(protocol)]
        if not splits or (protocol == "p1" and len(splits) < 3):
            continue
        for mode in ("liked", "all"):
            means = [sum(results[split][mode]["blend"][place] for split in splits) / len(splits) for place in (0, 1)]
            passed = all(mean >= least for mean, least in zip(means, gate))
            print(f"{protocol} {mode}: blend nDCG@10 {means[0]:.4f}, Recall@20 {means[1]:.4f}: {'passed' if passed else 'NOT passed'}")
            if not passed:
                faults.append(f"{protocol} {mode}: {means}")
    print(json.dumps({"benchmark": "quality", "results": results}))
    for fault in faults:
        print(f"quality: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

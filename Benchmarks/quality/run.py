#!/usr/bin/env python3
# Quality of recommendations on ml-latest-small: our blend beside six other methods and five peers, in P1 and P2.
"""How well `kyck evaluate` and its methods find what people go on to like.

The data is MovieLens' ml-latest-small with ready-made splits, beside the repository (research use only; see its README).
Two modes: from the ratings that count as liked alone, as the published tables are made, and from all ratings, where our
blend also learns from what was rated low. Peers (peer.py) learn from the same liked ratings in the same run, in a virtual
environment of their own: ALS of implicit, and popularity, item-knn, EASE and CEASE in numpy, with an evaluator of their own.

The reference figures of popularity, item-knn, EASE and CEASE must come out to four digits, of Kyck and of the peers, and our
blend must pass the gates: P1 nDCG@10 0.273 and Recall@20 0.277, P2 0.029 and 0.130. Every score in the 100 first places of
Kyck's EASE must be numpy's, and no film may stand before one that numpy scores higher. Where the blend is below a peer the
tables say so. Seconds are those of learning and ranking; peers may use every core.

With --ml-100k also on MovieLens 100K, as the table of Recommenders.jl was made: a random fifth of all ratings is the test,
every rating counts as liked, three seeds; the gate is nDCG@10 0.447. The data may not be passed on, so it is not here: it
is taken from the package recbole, which brings it as an example, into a virtual environment under .build/bench.

    bin/bench quality [--data ../shared/data] [--ml-100k]

Exits with 1 when a reference figure, a score or an order differs or a gate is not passed.
"""

import argparse
import collections
import csv
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bench import figures, peers  # noqa: E402
from bench.server import ROOT, stop  # noqa: E402

# nDCG@10 and Recall@20 by split, from the splits' own README.
REFERENCE = {
    "p1-test-42": {
        "popularity": (0.1411, 0.1397), "item-knn": (0.2446, 0.2527), "ease": (0.2759, 0.2779), "cease": (0.2814, 0.2835),
    },
    "p1-test-43": {
        "popularity": (0.1386, 0.1509), "item-knn": (0.2316, 0.2429), "ease": (0.2667, 0.2648), "cease": (0.2697, 0.2684),
    },
    "p1-test-44": {
        "popularity": (0.1406, 0.1443), "item-knn": (0.2338, 0.2455), "ease": (0.2642, 0.2678), "cease": (0.2689, 0.2713),
    },
    "p2-test": {
        "popularity": (0.0200, 0.0680), "item-knn": (0.0309, 0.1294), "ease": (0.0350, 0.1443), "cease": (0.0359, 0.1376),
    },
}
# What the reference was tuned to in P2; P1's are the defaults of the command.
P2 = ["--item-neighbours", "20", "--ease-regularisation", "300", "--cease-labels", "8"]
GATES = {"p1": (0.273, 0.277), "p2": (0.029, 0.130)}

PEERS = ["implicit==0.7.3", "numpy==2.4.6", "scipy==1.17.1"]
NAMES = {
    "popularity": "numpy popularity", "item-knn": "numpy item-kNN", "ease": "numpy EASE", "cease": "numpy CEASE",
    "als": "implicit ALS",
}
#: Places of each list whose scores are compared.
COMPARED = 100
#: How far a score may be from numpy's, and what counts as equal in numpy's order.
SAME_SCORE, SAME_PLACE = 1e-6, 1e-9

ML_100K = ["recbole==1.2.1", "numpy==2.4.6"]
#: nDCG@10: what the table of Recommenders.jl says of its methods, and the gate.
ML_100K_PUBLISHED = {"popularity": 0.2197, "item-knn": 0.3986, "SLIM": 0.4359, "MF": 0.4402, "BPR": 0.4083}
ML_100K_GATE = 0.447


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


def evaluate(kyck, interactions, items, test, methods, *more):
    """nDCG@10 and Recall@20 of each method, and the whole account."""
    command = [
        kyck, "evaluate", "--interactions", str(interactions), "--items", str(items), "--json", "--test", str(test),
        "--seeds", "42", "--methods", methods, *more,
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"quality: kyck evaluate ended with {answer.returncode}: {answer.stderr.strip()}")
    report = json.loads(answer.stdout)
    return {m["method"]: (m["ndcg@10"]["mean"], m["recall@20"]["mean"]) for m in report["methods"]}, report


def ml_100k(kyck, folder, seeds):
    """Per method and seed nDCG@10 and Recall@20 on random fifths of MovieLens 100K."""
    python = peers.install("quality", ML_100K, dependencies=False)
    found = list(python.parents[1].glob("lib/*/site-packages/recbole/dataset_example/ml-100k"))
    if not found:
        stop(f"{ML_100K[0]} does not bring MovieLens 100K any more")

    def read(name):
        with open(found[0] / name, newline="", encoding="utf-8") as file:
            return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]

    def drawn(seed):
        """The places of a random fifth, as numpy draws it, so that anybody can draw it again."""
        draw = f"import numpy; print(*numpy.random.default_rng({seed}).permutation({len(ratings)})[:{len(ratings) // 5}])"
        return map(int, subprocess.run([python, "-c", draw], check=True, capture_output=True).stdout.split())

    ratings = [row[:2] for row in read("ml-100k.inter")]
    with open(folder / "films.csv", "w", encoding="utf-8") as file:
        file.write("item,labels\n")
        file.writelines(f"{row[0]},{'|'.join(row[-1].split())}\n" for row in read("ml-100k.item"))
    with open(folder / "everything.csv", "w", encoding="utf-8") as file:
        file.write("user,item,value\n")
        file.writelines(f"{user},{film},1\n" for user, film in ratings)
    results = collections.defaultdict(list)
    for seed in seeds:
        test = [ratings[place] for place in drawn(seed)]
        with open(folder / "test.csv", "w", encoding="utf-8") as file:
            file.write("user,item\n")
            file.writelines(f"{user},{film}\n" for user, film in test)
        account, _ = evaluate(
            kyck, folder / "everything.csv", folder / "films.csv", folder / "test.csv",
            "random,popularity,item-knn,ease,cease,blend", "--ease-regularisation", "500", "--cease-regularisation", "500",
        )
        for method, pair in account.items():
            results[method].append(pair)
            print(f"ml-100k seed {seed}  {method:10}  nDCG@10 {pair[0]:.4f}  Recall@20 {pair[1]:.4f}", flush=True)
    return results


def ask_peer(python, method, folder, test, threads, *more):
    """What one peer says of itself, in a process of its own."""
    own = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    # implicit asks for BLAS to be kept to one thread: it has its own.
    own["OPENBLAS_NUM_THREADS"] = "1" if method == "als" else str(threads)
    command = [
        python, HERE / "peer.py", method, test.name[:2], "--liked", folder / "liked.csv", "--items", folder / "items.csv",
        "--test", test, "--threads", str(threads), *more,
    ]
    answer = subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"quality: {NAMES[method]} ended with {answer.returncode}: {answer.stderr.strip()}")
    return json.loads(answer.stdout)


def compare(lists, scores, users):
    """Kyck's lists of EASE beside numpy's scores: the largest difference, and in words what else is wrong."""
    with open(lists, newline="", encoding="utf-8") as file:
        ours, theirs = collections.defaultdict(list), collections.defaultdict(list)
        for row in csv.DictReader(file):
            if row["method"] == "ease":
                ours[row["user"]].append((row["item"], float(row["score"])))
    with open(scores, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            theirs[row["user"]].append((row["item"], float(row["score"])))
    largest, wrong = 0.0, []
    if len(ours) != users:
        wrong.append(f"{len(ours)} lists for {users} users")
    for user, listed in ours.items():
        items = [item for item, _ in listed]
        # One more than is listed: the best of the others.
        known = theirs[user]
        if len(set(items)) != COMPARED or [item for item, _ in known[:COMPARED]] != items:
            wrong.append(f"user {user} does not have {COMPARED} different items")
        elif any(math.isnan(score) for _, score in known) or not all(math.isfinite(score) for _, score in listed):
            wrong.append(f"user {user} has an item that may not be listed, or no score")
        else:
            largest = max(largest, *(abs(score - other) for (_, score), (_, other) in zip(listed, known)))
            least = math.inf
            for item, score in known:
                if score > least + SAME_PLACE:
                    wrong.append(f"user {user}: {item} should stand further up")
                    break
                least = min(least, score)
    return {"scores": sum(map(len, ours.values())), "largest_difference": largest, "wrong": wrong}


def run_split(kyck, python, split, folder, options):
    """Kyck and its peers on one split, and what went wrong, in words."""
    test = options.data / "ml-latest-small-splits" / f"{split}.csv"
    settings = P2 if split.startswith("p2") else []
    lists, scores = folder / f"{split}-lists.csv", folder / f"{split}-scores.csv"
    methods = "popularity,ease,cease,blend" if options.quick else "random,popularity,knn,item-knn,ease,cease,blend"
    liked, report = evaluate(
        kyck, folder / "liked.csv", folder / "items.csv", test, methods, *settings,
        "--k", f"10,20,{COMPARED}", "--lists", str(lists),
    )
    everything, all_report = evaluate(
        kyck, options.data / "ml-latest-small" / "ratings.csv", folder / "items.csv", test,
        "popularity,blend" if options.quick else "popularity,knn,cease,blend", *settings,
    )
    found = {
        method: ask_peer(
            python, method, folder, test, options.threads,
            *(["--lists", lists, "--scores", scores] if method == "ease" else []),
        )
        for method in (["popularity", "ease"] if options.quick else NAMES)
    }
    compared = compare(lists, scores, report["users"])
    print(f"{split}: {compared['scores']:,} scores of EASE, at most {compared['largest_difference']:.1e} from numpy's;"
          f" {len(compared['wrong'])} lists wrong", flush=True)
    faults = [f"{split} ease: {sentence}" for sentence in compared["wrong"][:3]]
    if not compared["largest_difference"] <= SAME_SCORE:
        faults.append(f"{split} ease: a score is {compared['largest_difference']} from numpy's")
    by_peers = {method: (peer["ndcg@10"], peer["recall@20"]) for method, peer in found.items()}
    for whose, pairs in (("Kyck", liked), ("peer", by_peers)):
        for method, expected in REFERENCE[split].items():
            if method in pairs and any(abs(figure - wanted) > 0.00006 for figure, wanted in zip(pairs[method], expected)):
                faults.append(f"{split} {whose} {method}: {pairs[method]} instead of {expected}")
    return {
        "liked": liked, "all": everything, "comparison": report.get("comparison"), "peers": found, "ease": compared,
        "seconds": {
            mode: {method["method"]: method["seconds"] for method in account["methods"]}
            for mode, account in (("liked", report), ("all", all_report))
        },
    }, faults


def rows_of(result):
    """Of each method and peer its name, nDCG@10, Recall@20 and seconds."""
    for method, pair in result["liked"].items():
        yield f"Kyck {method}", (*pair, result["seconds"]["liked"][method])
    for method, peer in result["peers"].items():
        yield NAMES[method], (peer["ndcg@10"], peer["recall@20"], peer["seconds"])
    for method, pair in result["all"].items():
        yield f"Kyck {method}, all ratings", (*pair, result["seconds"]["all"][method])


def table(title, results):
    """The means over these splits, and which figures of a peer our blend, which learnt from the same, does not reach."""
    values = collections.defaultdict(list)
    for result in results:
        for name, row in rows_of(result):
            values[name].append(row)
    means = {name: [statistics.mean(column) for column in zip(*rows)] for name, rows in values.items()}
    head = ["nDCG@10", "Recall@20"]
    lines = []
    for name, (*pair, seconds) in means.items():
        above = [which for which, own, blend in zip(head, pair, means["Kyck blend"]) if name in NAMES.values() and own > blend]
        lines.append([name, *(f"{figure:.4f}" for figure in pair), f"{seconds:.1f}", ", ".join(above)])
    return figures.table([title, *head, "seconds", "above our blend in"], lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--quick", action="store_true", help="one split, fewer methods, of the peers popularity and EASE")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each peer; by default one for each core")
    parser.add_argument("--ml-100k", action="store_true", help="MovieLens 100K too, which is downloaded")
    options = parser.parse_args()
    kyck = os.environ.get("KYCK_BIN") or str(ROOT / ".build" / "release" / "kyck")
    faults, results = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(options.data, folder)
        python = peers.install("quality-peers", PEERS)
        for split in list(REFERENCE)[: 1 if options.quick else None]:
            results[split], found = run_split(kyck, python, split, folder, options)
            faults += found
            print(f"\n{table(split, [results[split]])}\n", flush=True)
        further = ml_100k(kyck, folder, [42] if options.quick else [42, 43, 44]) if options.ml_100k else {}
    for protocol, gate in GATES.items():
        splits = [split for split in results if split.startswith(protocol)]
        if not splits or (protocol == "p1" and len(splits) < 3):
            continue
        if len(splits) > 1:
            print(f"\n{table(f'{protocol}, mean of {len(splits)}', [results[split] for split in splits])}\n")
        for mode in ("liked", "all"):
            means = [sum(results[split][mode]["blend"][place] for split in splits) / len(splits) for place in (0, 1)]
            passed = all(mean >= least for mean, least in zip(means, gate))
            print(f"{protocol} {mode}: blend nDCG@10 {means[0]:.4f}, Recall@20 {means[1]:.4f}:"
                  f" {'passed' if passed else 'NOT passed'}")
            if not passed:
                faults.append(f"{protocol} {mode}: {means}")
    if further:
        rows = [[method, figures.spread([pair[0] for pair in pairs], 4), figures.spread([pair[1] for pair in pairs], 4),
                 ML_100K_PUBLISHED.get(method, "")] for method, pairs in further.items()]
        print(f"\n{figures.table(['ml-100k', 'nDCG@10', 'Recall@20', 'published nDCG@10'], rows)}")
        mean = statistics.mean(pair[0] for pair in further["blend"])
        passed = mean >= ML_100K_GATE
        print(f"ml-100k: blend nDCG@10 {mean:.4f}: {'passed' if passed else 'NOT passed'}"
              f" (best published: {max(ML_100K_PUBLISHED.values())})")
        if not passed:
            faults.append(f"ml-100k: {mean}")
    print(json.dumps({"benchmark": "quality", "results": results, "ml-100k": further}))
    for fault in faults:
        print(f"quality: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

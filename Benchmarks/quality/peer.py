"""One peer in a process of its own, so that its memory is known: fits, ranks and judges, and prints one line of JSON.

    peer.py popularity|item-knn|ease|cease|als p1|p2 --liked FILE --items FILE --test FILE [--threads N]
            [--lists FILE --scores FILE]

What is learnt from is `liked` (user,item,…) without the rows of `test` (user,item); what may be listed is every item of
`liked` that the user is not known to like. `items` (item,label|label|…) is for cease. nDCG@10 and Recall@20 are reckoned
here, by nothing that Kyck has: equal scores by ascending number, the ideal list has min(10, hidden) hits.

With --lists, the file that `kyck evaluate --lists` writes, --scores says what this method gives the items listed there
under its own name: user,place,item,score. One more row per user has the best of the items that were left out. What
may not be listed has the score nan.
"""

import argparse
import collections
import csv
import json
import resource
import time

import numpy
import scipy.sparse

# What the reference was tuned to, by protocol.
SETTINGS = {
    "popularity": {"p1": {}, "p2": {}},
    "item-knn": {"p1": {"k": 200, "shrink": 10}, "p2": {"k": 20, "shrink": 10}},
    "ease": {"p1": {"regularisation": 100}, "p2": {"regularisation": 300}},
    "cease": {"p1": {"regularisation": 100, "share": 0.5}, "p2": {"regularisation": 100, "share": 8}},
    "als": {"p1": {"regularisation": 30}, "p2": {"regularisation": 10}},
}
FACTORS, ALPHA = 128, 5


class Data:
    """Users and items in the order of their numbers, what is known and what is hidden as ones in sparse matrices."""

    def __init__(self, liked, items, test):
        known = pairs(liked)
        self.users = sorted({user for user, _ in known})
        self.items = sorted({item for _, item in known})
        self.row = {user: row for row, user in enumerate(self.users)}
        self.column = {item: column for column, item in enumerate(self.items)}
        hidden = pairs(test)
        if not hidden <= known:
            raise SystemExit("peer: the test has rows that the liked ones have not")
        self.hidden, self.train = self.matrix(hidden), self.matrix(known - hidden)
        self.label_file = items

    def matrix(self, found):
        rows = [self.row[user] for user, _ in found]
        columns = [self.column[item] for _, item in found]
        shape = (len(self.users), len(self.items))
        return scipy.sparse.csr_matrix((numpy.ones(len(found)), (rows, columns)), shape=shape)

    def labels(self):
        """One row per label, with a one for each item that carries it."""
        carried = collections.defaultdict(list)
        with open(self.label_file, newline="", encoding="utf-8") as file:
            for item, labels in list(csv.reader(file))[1:]:
                for label in labels.split("|"):
                    carried[label].append(self.column[int(item)])
        rows = scipy.sparse.lil_matrix((len(carried), len(self.items)))
        for row, label in enumerate(sorted(carried)):
            rows[row, carried[label]] = 1
        return rows.tocsr()


def pairs(path):
    """Users and items of a CSV file with a heading; both are numbers."""
    with open(path, newline="", encoding="utf-8") as file:
        return {(int(row[0]), int(row[1])) for row in list(csv.reader(file))[1:]}


def popularity(data, threads):
    return numpy.tile(numpy.asarray(data.train.sum(axis=0)), (len(data.users), 1))


def item_knn(data, threads, k, shrink):
    """Cosine of who likes two items, shrunk; of each item the k largest are kept, and what equals the last of them."""
    both = (data.train.T @ data.train).toarray()
    lengths = numpy.sqrt(numpy.diag(both))
    similar = both / (numpy.outer(lengths, lengths) + shrink)
    numpy.fill_diagonal(similar, 0)
    least = numpy.partition(similar, -k, axis=0)[-k]
    similar[similar < least] = 0
    return data.train @ similar


def ease(data, threads, regularisation, share=None):
    """Steck 2019, items form, line by line as printed there; with a share, each label is one more row: CEASE."""
    known = data.train if share is None else scipy.sparse.vstack([data.train, share**0.5 * data.labels()])
    gram = (known.T @ known).toarray()
    diagonal = numpy.diag_indices(gram.shape[0])
    gram[diagonal] += regularisation
    inverse = numpy.linalg.inv(gram)
    weights = inverse / -numpy.diag(inverse)
    weights[diagonal] = 0
    return data.train @ weights


def als(data, threads, regularisation):
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors=FACTORS, regularization=regularisation, alpha=ALPHA, num_threads=threads, random_state=1, use_gpu=False
    )
    model.fit(data.train.astype(numpy.float32), show_progress=False)
    return model.user_factors @ model.item_factors.T


METHODS = {"popularity": popularity, "item-knn": item_knn, "ease": ease, "cease": ease, "als": als}


def figures(places, hidden):
    """nDCG@10 and Recall@20 of lists of columns, the mean over the users with something to find."""
    counts = hidden.sum(axis=1)
    asked = counts > 0
    hits = numpy.take_along_axis(hidden, places, axis=1)[asked]
    gains = 1 / numpy.log2(numpy.arange(10) + 2)
    ideal = numpy.cumsum(gains)[numpy.minimum(counts[asked], 10).astype(int) - 1]
    return float(((hits[:, :10] @ gains) / ideal).mean()), float((hits[:, :20].sum(axis=1) / counts[asked]).mean())


def write_scores(path, method, lists, data, scores):
    """The scores of what was listed, list by list, and after each list the best of what was not."""
    listed = collections.defaultdict(list)
    with open(lists, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["method"] == method:
                listed[int(row["user"])].append((int(row["place"]), int(row["item"])))
    with open(path, "w", encoding="utf-8") as file:
        file.write("user,place,item,score\n")
        for user, entries in listed.items():
            own = scores[data.row[user]].copy()
            for place, item in sorted(entries):
                score = own[data.column[item]] if item in data.column else -numpy.inf
                file.write(f"{user},{place},{item},{float(score) if numpy.isfinite(score) else 'nan'}\n")
            own[[data.column[item] for _, item in entries if item in data.column]] = -numpy.inf
            best = int(numpy.argmax(own))
            if numpy.isfinite(own[best]):
                file.write(f"{user},{len(entries) + 1},{data.items[best]},{float(own[best])}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("protocol", choices=["p1", "p2"])
    for name in ("--liked", "--items", "--test"):
        parser.add_argument(name, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--lists")
    parser.add_argument("--scores")
    options = parser.parse_args()
    data = Data(options.liked, options.items, options.test)
    started = time.perf_counter()
    scores = METHODS[options.method](data, options.threads, **SETTINGS[options.method][options.protocol])
    scores[data.train.nonzero()] = -numpy.inf
    # Stable, so that equal scores keep the order of their numbers.
    places = numpy.argsort(-scores, axis=1, kind="stable")[:, :20]
    seconds = time.perf_counter() - started
    ndcg, recall = figures(places, data.hidden.toarray())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if options.lists and options.scores:
        write_scores(options.scores, options.method, options.lists, data, scores)
    print(json.dumps({"method": options.method, "ndcg@10": ndcg, "recall@20": recall, "seconds": seconds, "peak_mib": peak}))


main()

"""The figures: of ranked lists, of clusters, of fused lists."""

import math
from collections import Counter, defaultdict

RANKED = ("nDCG@10", "MAP@100", "P@10", "R@100")


def ranked(works, judged):
    """Of one list of works; a work that comes again is a miss."""
    seen, gains = set(), []
    for work in works[:100]:
        gains.append(0 if work in seen else judged.get(work, 0))
        seen.add(work)
    ideal = sorted(judged.values(), reverse=True)
    dcg = sum(g / math.log2(i + 2) for i, g in enumerate(gains[:10]))
    best = sum(g / math.log2(i + 2) for i, g in enumerate(ideal[:10]))
    found, precision = 0, 0.0
    for i, gain in enumerate(gains):
        if gain > 0:
            found += 1
            precision += found / (i + 1)
    relevant = len(ideal)
    return (dcg / best, precision / relevant, sum(g > 0 for g in gains[:10]) / 10,
            found / relevant)


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else float("nan")


def first_only(works):
    """Perfect joining of duplicates: each work where it comes first."""
    return list(dict.fromkeys(works))


def round_robin(lists):
    longest = max((len(l) for l in lists), default=0)
    return [l[i] for i in range(longest) for l in lists if i < len(l)]


def fuse(lists, add=False, k=60):
    """RRF over the targets' own orders, each work by its best place, or (add) by all of them."""
    scores = defaultdict(float)
    for one in lists:
        for i, work in enumerate(first_only(one)):
            value = 1 / (k + i + 1)
            scores[work] = scores[work] + value if add else max(scores[work], value)
    return sorted(scores, key=lambda work: (-scores[work], work))


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


class PairCount:
    """Of pairs of records: joined or not, the same or not."""

    def __init__(self):
        self.hit = self.wrong = self.missed = self.apart = 0

    def add(self, joined, same):
        if joined:
            self.hit, self.wrong = self.hit + bool(same), self.wrong + (not same)
        else:
            self.missed, self.apart = self.missed + bool(same), self.apart + (not same)

    def figures(self):
        precision = self.hit / (self.hit + self.wrong) if self.hit + self.wrong else 1.0
        recall = self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0
        return precision, recall, f1(precision, recall)


class Clusters:
    """Over the entries of many answers: every pair of records fetched for one question, and
    B-cubed, the mean over the records of each answer."""

    def __init__(self):
        self.pairs = PairCount()
        self.precision = self.recall = 0.0
        self.records = 0

    def add(self, entries, work_of):
        """`entries`: lists of records."""
        total = Counter(work_of[r] for entry in entries for r in entry)
        hit = joined = 0
        for entry in entries:
            inside = Counter(work_of[r] for r in entry)
            joined += len(entry) * (len(entry) - 1) // 2
            hit += sum(n * (n - 1) // 2 for n in inside.values())
            for work, n in inside.items():
                self.precision += n * n / len(entry)
                self.recall += n * n / total[work]
            self.records += len(entry)
        same = sum(n * (n - 1) // 2 for n in total.values())
        self.pairs.hit += hit
        self.pairs.wrong += joined - hit
        self.pairs.missed += same - hit

    def b_cubed(self):
        count = max(1, self.records)
        return self.precision / count, self.recall / count, f1(self.precision / count,
                                                               self.recall / count)

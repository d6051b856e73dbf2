"""Deals a collection's works to its catalogues by topic, so that each knows one subject well."""

import math
import os
import shutil
import zlib
from collections import Counter, defaultdict

from bm25 import s_stem
from catalogues import STOP, words

ROUNDS = 12


def vectors(collection):
    counts, df = {}, Counter()
    for work in sorted(collection.members):
        text = collection.work_text(work)
        text = text if isinstance(text, str) else max(text, key=len)
        counts[work] = Counter(s_stem(w) for w in words(text) if w not in STOP)
        df.update(counts[work].keys())
    out = {}
    for work, count in counts.items():
        vector = {w: (1 + math.log(n)) * math.log(len(counts) / df[w]) for w, n in count.items()
                  if 2 <= df[w] <= len(counts) / 5}
        norm = math.sqrt(sum(v * v for v in vector.values())) or 1
        out[work] = {w: v / norm for w, v in vector.items()}
    return out


def topics_of(vector_of, number):
    """Spherical k-means from works spread evenly over the names; the same every time."""
    names = sorted(vector_of, key=lambda w: zlib.crc32(w.encode()))
    centres = [dict(vector_of[name]) for name in names[:number]]
    topic = {}
    for _ in range(ROUNDS):
        sums = [defaultdict(float) for _ in centres]
        for name in names:
            vector = vector_of[name]
            scores = [sum(v * c.get(w, 0) for w, v in vector.items()) for c in centres]
            best = max(range(number), key=lambda i: (scores[i], -i))
            topic[name] = best
            for w, v in vector.items():
                sums[best][w] += v
        for i, total in enumerate(sums):
            norm = math.sqrt(sum(v * v for v in total.values())) or 1
            centres[i] = {w: v / norm for w, v in total.items()}
    return topic


def deal_by_topic(collection, folder):
    """The first record of a work goes to its topic's catalogue, each further one to the next
    catalogue that has none of them."""
    os.makedirs(folder, exist_ok=True)
    names = collection.catalogues
    topic = topics_of(vectors(collection), len(names))
    dealt, works = defaultdict(list), []
    for work, keys in collection.members.items():
        for i, key in enumerate(keys):
            home = names[(topic[work] + i) % len(names)]
            dealt[home].append(collection.records[key])
            works.append((work, home, key[1]))
    for name in names:
        with open(os.path.join(folder, name + ".mrc"), "wb") as file:
            for record in sorted(dealt[name], key=lambda r: zlib.crc32(r.id.encode())):
                file.write(record.data)
    with open(os.path.join(folder, "works.tsv"), "w", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in works)
    for name in ("queries.tsv", "qrels.txt"):
        shutil.copy(os.path.join(collection.folder, name), folder)

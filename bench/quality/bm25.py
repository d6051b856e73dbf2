"""A central index: BM25 over all records (what a union catalogue would do), plain or S-stemmed."""

import math
from collections import Counter, defaultdict

from catalogues import words


def plain(word):
    return word


def s_stem(word):
    """Harman's S-stemmer: three rules for English plurals."""
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


class BM25:
    """Over documents {name: text or texts}; of several texts each word counts as in the one that
    says it most often, so that a work is one document however many catalogues describe it."""

    def __init__(self, documents, stem=plain, k1=1.2, b=0.75):
        self.stem, self.k1, self.b = stem, k1, b
        self.postings = defaultdict(list)
        self.lengths = {}
        for name, text in documents.items():
            counts = Counter()
            for one in [text] if isinstance(text, str) else text:
                counts |= Counter(stem(w) for w in words(one))
            self.lengths[name] = sum(counts.values())
            for word, count in counts.items():
                self.postings[word].append((name, count))
        self.mean = sum(self.lengths.values()) / max(1, len(self.lengths))

    def idf(self, word):
        df, size = len(self.postings.get(word, ())), len(self.lengths)
        return math.log(1 + (size - df + 0.5) / (df + 0.5))

    def search(self, query, among=None):
        """Names by falling score; of equal ones the first in order of names."""
        scores = defaultdict(float)
        for word in sorted(set(self.stem(w) for w in query)):
            idf = self.idf(word)
            for name, count in self.postings.get(word, ()):
                if among is None or name in among:
                    norm = 1 - self.b + self.b * self.lengths[name] / self.mean
                    scores[name] += idf * count * (self.k1 + 1) / (count + self.k1 * norm)
        return sorted(scores, key=lambda name: (-scores[name], name))

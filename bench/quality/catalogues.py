"""A folder of catalogues with what is known about them.

    *.mrc         one catalogue each, ISO 2709; the file's name is the catalogue's
    works.tsv     work, catalogue, control number (001): which records describe the same publication
    queries.tsv   id, text; optionally a third column, the kind, and a fourth, the CQL to send
    qrels.txt     query, 0, work, grade (TREC)
    pairs.tsv     catalogue, control number, catalogue, control number, 1 same or 0 different

Only the catalogues must be there. Without works.tsv every record is a work of its own.
"""

import os
import re
import subprocess
import unicodedata
from collections import defaultdict

WORDS = re.compile(r"[^\W_]+", re.UNICODE)

# Too common to ask for, or said only because it is a question.
STOP = set("""a about above after again all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each exist exists few for from further
had has have having he her here hers him his how i if in interested into is it its itself like m me more
most my no nor not of off on once only or other our out over own s same she should so some such t than
that the their them then there these they this those through to too under until up us very was we were
what when where which while who whom why will with would you your
yang dan di ke dari pada untuk dengan oleh dalam adalah itu ini atau tentang apa bagaimana sebagai para
akan juga karena secara suatu antara serta
der die das und ein eine des den dem von zu im mit de la le les et du un une el los las y en del
""".split())


def fold(text):
    """Lower case without marks."""
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if not unicodedata.combining(c)).casefold()


def words(text):
    return WORDS.findall(fold(text))


def content_words(text):
    """The words that say what is wanted; all of them when there are none such."""
    found = words(text)
    return [w for w in found if w not in STOP] or found


class Record:
    """What measuring needs of one MARC record."""

    def __init__(self, data, catalogue):
        base = int(data[12:17])
        self.catalogue, self.data = catalogue, data
        self.fields = []
        for at in range(24, base - 1, 12):
            tag = data[at:at + 3].decode("ascii", "replace")
            length, start = int(data[at + 3:at + 7]), int(data[at + 7:at + 12])
            body = data[base + start:base + start + length - 1].decode("utf-8", "replace")
            self.fields.append((tag, body))
        self.id = next((body.strip() for tag, body in self.fields if tag == "001"), "")

    def subfields(self, tag, codes):
        return [part[1:] for t, body in self.fields if t == tag
                for part in body.split("\x1f")[1:] if part[:1] in codes and part[1:]]

    def title(self):
        """The title proper, without what ISBD puts after it."""
        title = " ".join(self.subfields("245", "a")[:1])
        return re.sub(r"[\s/:;.,=]+$", "", title)

    def text(self):
        """All that somebody may search for."""
        return "\n".join(part[1:] for tag, body in self.fields if "100" <= tag < "850"
                         for part in body.split("\x1f")[1:] if not part.startswith(("0", "2", "6")))


def read_marc(path):
    with open(path, "rb") as file:
        chunks = [c.lstrip(b"\r\n") + b"\x1d" for c in file.read().split(b"\x1d") if len(c) > 24]
    name = os.path.basename(path)[:-4]
    old = [c for c in chunks if c[9:10] != b"a"]
    if old:
        try:
            b"".join(old).decode("utf-8")
        except UnicodeDecodeError:
            done = subprocess.run(["yaz-marcdump", "-i", "marc", "-o", "marc", "-f", "marc-8", "-t",
                                   "utf-8", "/dev/stdin"], input=b"".join(old), check=True,
                                  stdout=subprocess.PIPE).stdout
            chunks = [c for c in chunks if c[9:10] == b"a"]
            chunks += [c + b"\x1d" for c in done.split(b"\x1d") if len(c) > 24]
    records = []
    for chunk in chunks:
        try:
            records.append(Record(chunk, name))
        except ValueError:
            pass  # damaged: no library can find it either
    return records


def rows(path):
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n")


class Query:
    def __init__(self, number, text, kind=None, cql=None):
        self.id, self.text, self.cql = number, text, cql or None
        size = len(content_words(text))
        self.kind = kind or ("up to 3 words" if size <= 3 else "4 to 8 words" if size <= 8
                             else "9 to 16 words" if size <= 16 else "over 16 words")


class Collection:
    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.name = os.path.basename(self.folder)
        self.catalogues = sorted(f[:-4] for f in os.listdir(folder) if f.endswith(".mrc"))
        self.records = {}
        for name in self.catalogues:
            for record in read_marc(os.path.join(folder, name + ".mrc")):
                self.records[(name, record.id)] = record
        self.work_of = {}
        for line in rows(os.path.join(folder, "works.tsv")):
            work, catalogue, number = line.split("\t")[:3]
            self.work_of[(catalogue, number)] = work
        for key in self.records:
            self.work_of.setdefault(key, "%s/%s" % key)
        self.members = defaultdict(list)
        for key in sorted(self.records):
            self.members[self.work_of[key]].append(key)
        self.queries = [Query(*line.split("\t")[:4])
                        for line in rows(os.path.join(folder, "queries.tsv"))]
        self.judged = defaultdict(dict)
        for line in rows(os.path.join(folder, "qrels.txt")):
            query, _, work, grade = line.split()[:4]
            if int(grade) > 0:
                self.judged[query][work] = int(grade)
        self.pairs = [line.split("\t")[:5] for line in rows(os.path.join(folder, "pairs.tsv"))]

    def work_text(self, work):
        """One document of all that its catalogues say of it: of each word the most often said."""
        texts = [self.records[key].text() for key in self.members[work]]
        return max(texts, key=len) if len(texts) == 1 else texts

"""Zebra over a folder of catalogues, and a gateway over Zebra."""

import json
import os
import re
import subprocess
import time
import urllib.parse
import urllib.request

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Zebra:
    def __init__(self, folder, work):
        self.work = os.path.join(work, "zebra")
        self.serve = os.path.join(TOP, "etc", "sample", "serve")
        os.makedirs(self.work, exist_ok=True)
        subprocess.run(["sh", self.serve, "--daemon", "--marc", folder, self.work], check=True)
        with open(os.path.join(self.work, "port")) as file:
            self.port = int(file.read())

    def stop(self):
        subprocess.run(["sh", self.serve, "--stop", self.work], check=True)


class Gateway:
    """`unranked`: catalogues that are never asked to rank, and answer in the order of indexing."""

    def __init__(self, silangd, zebra, catalogues, work, window, unranked=(), ranks=None,
                 profile=None):
        self.profile = profile or os.path.join(TOP, "etc", "profiles", "zebra.properties")
        self.log = open(os.path.join(work, "silangd.log"), "w")
        partners = "".join(self.partner(name, zebra.port, work, name in unranked, ranks)
                           for name in catalogues)
        path = os.path.join(work, "silang.xml")
        with open(path, "w") as file:
            file.write('<silang xmlns="urn:silang:config:1">\n<listen sru="127.0.0.1:0"/>\n'
                       '<search deadline="60s" window="%d" page="1000" depth="10000"/>\n'
                       '%s</silang>\n' % (window, partners))
        self.process = subprocess.Popen([silangd, "-c", path], stderr=self.log)
        self.url = None
        while not self.url:
            time.sleep(0.05)
            with open(self.log.name) as said:
                ready = re.search(r" ready sru=(\S+)", said.read())
            if ready:
                self.url = "http://%s/sru/union" % ready.group(1)
            elif self.process.poll() is not None:
                raise SystemExit("silangd did not start: see %s" % self.log.name)

    def partner(self, name, port, work, unranked, ranks):
        with open(self.profile) as file:
            text = file.read()
        path = os.path.join(work, "unranked.properties" if unranked else "ranked.properties")
        with open(path, "w") as file:
            file.write(text.replace(" 2=102", " ") if unranked else text)
        declared = ' ranks="yes"' if ranks and not unranked else ""
        return ('<partner id="%s"><name>%s</name><target url="z3950://127.0.0.1:%d/%s" '
                'profile="%s"%s/></partner>\n' % (name, name, port, name, path, declared))

    def request(self, cql, count, dedup):
        parts = {"version": "2.0", "query": cql, "maximumRecords": count, "recordSchema": "dc",
                 "httpAccept": "application/json", "x-dedup": dedup}
        url = self.url + "?" + urllib.parse.urlencode(parts)
        with urllib.request.urlopen(url, timeout=120) as answer:
            body = json.load(answer)
        for diagnostic in body.get("diagnostics") or ():
            raise RuntimeError("%s: %s" % (cql, diagnostic))
        return body

    def ask(self, cql, dedup="normal"):
        """All entries made of the first window of each target, in order, each a list of
        (catalogue, control number, place in that catalogue's own result), and the answer itself.
        To ask for one record more would make the gateway fetch further."""
        body = self.request(cql, 1, dedup)
        hits = sum(p.get("hits", 0) for p in body["partners"])
        entries = sum(p["fetched"] for p in body["partners"]) - (hits - body["numberOfRecords"])
        if entries > 1:
            body = self.request(cql, entries, dedup)
        return [[(h["partner"], h["id"], h.get("position", 0)) for h in record["holdings"]]
                for record in body["records"]], body

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def quote(text):
    """A CQL string that means its words and no masks."""
    return '"%s"' % re.sub(r'([\\"*?^])', r"\\\1", text)


def any_of(found):
    """The question as it is put: any of these words, anywhere."""
    return "cql.anywhere any %s" % quote(" ".join(found))

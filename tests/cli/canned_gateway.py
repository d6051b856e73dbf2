#!/usr/bin/env python3
"""A gateway that gives canned answers: the first part of the path says which.

usage: canned_gateway.py LOG
Prints the port it listens on. Writes each request into LOG, as METHOD PATH?PARAMETERS (ACCEPT).
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr

NS_20 = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
NS_20_DIAG = "http://docs.oasis-open.org/ns/search-ws/diagnostic"
NS_12 = "http://www.loc.gov/zing/srw/"
SILANG = "urn:silang:response:1"
MARC = "http://www.loc.gov/MARC21/slim"

OK = {"id": "ugm", "status": "ok", "hits": "3", "fetched": "3", "ms": "7"}
PARTNERS = {
    "ok": [OK, {"id": "uinsuka", "status": "ok", "hits": "1"}],
    "empty": [dict(OK, hits="0"), {"id": "quality", "status": "expired", "ends": "2023-08-07"}],
    "outage": [dict(OK, hits="0"), {"id": "uinsuka", "status": "late", "reason": "search"}],
    "unasked": [dict(OK, hits="0"), {"id": "uinsuka", "status": "skipped", "reason": "query"}],
    "partial": [
        OK,
        {"id": "uinsuka", "status": "ok", "agreement": "expired", "ends": "2023-08-07"},
        {"id": "stipap", "status": "late", "reason": "search", "fetched": "0", "ms": "5000"},
        {"id": "x", "status": "failed", "reason": "diagnostic", "code": "bib1:114",
         "detail": "Unsupported Use attribute 1003"},
        {"id": "quality", "status": "expired", "ends": "2023-08-07"},
        {"id": "off", "status": "skipped", "reason": "disabled"},
    ],
    "down": [{"id": "ugm", "status": "failed", "reason": "refused"}],
}
TITLES = [
    ("Bumi manusia :", "sebuah novel /", "Toer, Pramoedya Ananta,", "1980", "9789799731234"),
    ("\u5730\u7403 \u4e16\u754c", "", "", "1999", ""),
    ('Say "cheese", please \u009b31m', "", "Doe, Jane.", "2001", ""),
]


def field(tag, *subfields):
    inner = "".join(
        f'<subfield code="{code}">{escape(text)}</subfield>' for code, text in subfields if text)
    return f'<datafield tag="{tag}" ind1=" " ind2=" ">{inner}</datafield>' if inner else ""


def marcxml(number):
    title, rest, author, year, isbn = TITLES[(number - 1) % len(TITLES)]
    return (f'<record xmlns="{MARC}"><leader>00000nam a2200000 a 4500</leader>'
            f'<controlfield tag="001">id{number}</controlfield>'
            + field("020", ("a", isbn)) + field("100", ("a", author))
            + field("245", ("a", title), ("b", rest)) + field("260", ("c", year)) + "</record>")


def dc(number):
    return ('<srw_dc:dc xmlns:srw_dc="info:srw/schema/1/dc-schema" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{escape(TITLES[(number - 1) % len(TITLES)][0])}</dc:title></srw_dc:dc>")


def diagnostic(number, message, details, namespace=NS_20_DIAG):
    return (f'<diagnostic xmlns="{namespace}"><uri>info:srw/diagnostic/1/{number}</uri>'
            f"<details>{escape(details)}</details><message>{escape(message)}</message></diagnostic>")


def record(number, schema, broken):
    data = diagnostic(63, "System error in retrieving records", "") if broken else (
        dc(number) if schema == "dc" else marcxml(number))
    return (f"<zs:record><zs:recordData>{data}</zs:recordData>"
            f"<zs:recordPosition>{number}</zs:recordPosition><zs:extraRecordData>"
            f'<holdings xmlns="{SILANG}" score="0.5000"><holding partner="ugm" id="a"/>'
            '<holding partner="uinsuka" id="b" isil="ID-YoUIN"/>'
            '<holding partner="ugm" id="c"/></holdings></zs:extraRecordData></zs:record>')


def partners(name):
    rows = "".join("<partner " + " ".join(f"{k}={quoteattr(v)}" for k, v in p.items()) + "/>"
                   for p in PARTNERS.get(name, PARTNERS["ok"]))
    return (f'<zs:extraResponseData><partners xmlns="{SILANG}">{rows}</partners>'
            "</zs:extraResponseData>")


def response(inner, namespace=NS_20):
    return f'<?xml version="1.0"?>\n<zs:searchRetrieveResponse xmlns:zs="{namespace}">{inner}' \
           "</zs:searchRetrieveResponse>"


def found(name, asked, namespace=NS_20):
    """An answer of at most two records of three; "pages" of seven."""
    total = {"empty": 0, "outage": 0, "unasked": 0, "pages": 7, "lost": 7, "cut": 7}.get(name, 3)
    start = int(asked.get("startRecord", "1"))
    count = min(int(asked.get("maximumRecords", "10")), 3, max(total - start + 1, 0))
    records = "".join(record(n, asked.get("recordSchema"), name == "broken" and n == 2)
                      for n in range(start, start + count))
    text = f"<zs:numberOfRecords>{total}</zs:numberOfRecords>"
    text += "<zs:resultSetId>set-7</zs:resultSetId>"
    text += f"<zs:records>{records}</zs:records>" if records else ""
    if start + count <= total and count:
        text += f"<zs:nextRecordPosition>{start + count}</zs:nextRecordPosition>"
    if name == "partial":
        note = diagnostic(59, "Result set created with valid partial results available",
                          "answered 2 of 4")
        text += f"<zs:diagnostics>{note}</zs:diagnostics>"
    text += partners(name)
    precision = "estimate" if name == "partial" else "exact"
    if namespace == NS_20:
        text += f"<zs:resultCountPrecision>info:srw/vocabulary/resultCountPrecision/1/{precision}" \
                "</zs:resultCountPrecision>"
    return response(text, namespace)


def refused(number, message, details, name=None):
    return response("<zs:numberOfRecords>0</zs:numberOfRecords><zs:diagnostics>"
                    + diagnostic(number, message, details) + "</zs:diagnostics>"
                    + (partners(name) if name else ""))


def in_json(name):
    ok = name != "empty"
    return json.dumps({"numberOfRecords": 3 if ok else 0,
                       "records": [{"position": 1}] if ok else [],
                       "partners": PARTNERS.get(name, PARTNERS["ok"]), "facets": [],
                       "diagnostics": [], "nextRecordPosition": 2} if ok else
                      {"numberOfRecords": 0, "records": [], "partners": PARTNERS[name],
                       "facets": [], "diagnostics": []}).encode()


STATUS = {"partners": [
    {"id": "ugm", "name": "Universitas Gadjah Mada", "isil": "ID-YoUGM", "place": "Yogyakarta",
     "agreement": {"state": "active", "begins": "2022-07-13", "ends": "2027-07-13"},
     "state": "ok", "reason": None, "detail": None, "since": "2024-07-01T00:00:00Z",
     "latency": {"p50_ms": 87.0, "p95_ms": 4.5999999999999996, "count": 4}},
    {"id": "quality", "name": "Universitas Quality, Medan", "isil": None, "place": None,
     "agreement": {"state": "expired", "begins": None, "ends": "2023-08-07"},
     "state": "failed", "reason": "refused", "detail": None, "since": None, "latency": None}]}


def answer(name, asked):
    """Status, type and body."""
    xml = "text/xml; charset=utf-8"
    query = asked.get("query", "")
    if name == "syntax":
        return 200, xml, refused(10, "Query syntax error", "position 5")
    if name == "down":
        return 200, xml, refused(2, "System temporarily unavailable", "ugm refused", "down")
    if name == "loop":
        return 200, xml, refused(2, "System temporarily unavailable", "loop")
    if name == "lost" and query.startswith("cql.resultSetId"):
        return 200, xml, refused(51, "Result set does not exist", "set-7")
    if name == "cut" and query.startswith("cql.resultSetId"):
        return 500, "text/plain", "no"
    if name == "garbage":
        return 200, "text/html", "<!DOCTYPE html><html><body>hello<br></body></html>"
    if name == "entities":
        return 200, xml, '<!DOCTYPE x [<!ENTITY a "b">]>' + found("ok", asked)[22:]
    if name == "old":
        if asked.get("version") != "1.2" or asked.get("operation") != "searchRetrieve":
            return 200, xml, f'<explainResponse xmlns="{NS_12}"/>'
        return 200, xml, found("ok", asked, NS_12)
    if name in ("500", "503"):
        return int(name), "text/plain", "no"
    return 200, xml, found(name, asked)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def send(self, status, kind, body):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def reply(self, parameters):
        url = urlsplit(self.path)
        name = url.path.split("/")[1]
        accept = self.headers.get("Accept", "")
        asked = {key: values[0] for key, values in parse_qs(parameters).items()}
        with open(sys.argv[1], "a", encoding="utf-8") as log:
            log.write(f"{self.command} {url.path}?{parameters} ({accept})\n")
        if url.path.endswith("/status"):
            self.send(200, "application/json", json.dumps(STATUS))
        elif name == "slow":
            time.sleep(5)
            self.close_connection = True
        elif name == "huge":
            self.send(200, "text/xml", b" " * (65 << 20))
        elif asked.get("httpAccept") == "application/json" and name != "garbage":
            self.send(200, "application/json", in_json(name))
        else:
            self.send(*answer(name, asked))

    def do_GET(self):
        self.reply(urlsplit(self.path).query)

    def do_POST(self):
        self.reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass


SERVER = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
SERVER.daemon_threads = True
print(SERVER.server_address[1], flush=True)
SERVER.serve_forever()

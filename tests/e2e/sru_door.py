"""A door before an SRU server that says what it says in another way: sru_door.py BACKEND-PORT

The first part of the path is the way, the rest goes to the backend: gzip, deflate, chunked (gzip in
chunks), moved (302 to gzip), latin (a content type that lies), and without a backend: flood (200 MB
of XML), bomb (the same in gzip), basic (the backend for user "ani" with password "rahasia", 401 for
others). Says `listening PORT` on standard error, and ends when standard input does.
"""
import base64
import gzip
import http.server
import sys
import threading
import urllib.error
import urllib.request
import zlib

LARGE = 200 * 1000 * 1000


class Door(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def backend(self, rest):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/{rest}") as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            return error.read()

    def answer(self, status, body, *headers, kind="text/xml; charset=utf-8"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunks(self, pieces, encoding=None):
        self.send_response(200)
        self.send_header("Content-Type", "application/sru+xml")
        self.send_header("Transfer-Encoding", "chunked")
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        for piece in pieces:
            if piece:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def do_GET(self):
        way, _, rest = self.path[1:].partition("/")
        try:
            getattr(self, "way_" + way)(rest)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def way_gzip(self, rest):
        self.answer(200, gzip.compress(self.backend(rest)), ("Content-Encoding", "gzip"))

    def way_deflate(self, rest):
        self.answer(200, zlib.compress(self.backend(rest)), ("Content-Encoding", "deflate"))

    def way_chunked(self, rest):
        body = gzip.compress(self.backend(rest))
        self.chunks([body[i : i + 1000] for i in range(0, len(body), 1000)], "gzip")

    def way_moved(self, rest):
        self.answer(302, b"", ("Location", "../gzip/" + rest))

    def way_latin(self, rest):
        self.answer(200, self.backend(rest), kind="text/html; charset=iso-8859-1")

    def way_basic(self, rest):
        wanted = "Basic " + base64.b64encode(b"ani:rahasia").decode()
        if self.headers.get("Authorization") != wanted:
            self.answer(401, b"who are you?", ("WWW-Authenticate", 'Basic realm="x"'))
            return
        self.answer(200, self.backend(rest))

    def way_flood(self, rest):
        piece = b"<a>" + b"x" * 99993 + b"</a>"
        self.chunks([b"<r>"] + [piece] * (LARGE // len(piece)))

    def way_bomb(self, rest):
        body = gzip.compress(b"<r>" + b"x" * LARGE)
        self.answer(200, body, ("Content-Encoding", "gzip"))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print("listening", server.server_port, file=sys.stderr, flush=True)
sys.stdin.read()

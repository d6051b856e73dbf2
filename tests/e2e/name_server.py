"""A scripted DNS server over UDP: name_server.py ZONE-FILE

Each line of the file, read anew for every question, is `NAME TYPE WHAT ...`; TYPE is A, AAAA or `*`.
WHAT: addresses, or one of `none` (no such name), `empty` (a name without addresses), `fail`,
`silent`, `garbage`, `stranger` (an answer to another question), `lossy` (silent to the first of two
equal questions; addresses follow), `slow MS` (addresses follow). A name that is not there does not
exist. Says `listening PORT` on standard error, and `asked NAME TYPE` for each question; ends when
standard input does.
"""
import ipaddress
import selectors
import socket
import struct
import sys
import threading

TYPES = {1: "A", 28: "AAAA"}


def question(message):
    at, labels = 12, []
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("ascii").lower())
        at += 1 + message[at]
    return ".".join(labels), struct.unpack("!H", message[at + 1 : at + 3])[0], at + 5


def lookup(path, name, kind):
    with open(path, encoding="ascii") as zone:
        for line in zone:
            words = line.split()
            if len(words) > 2 and words[0] == name and words[1] in ("*", kind):
                return words[2:]
    return ["none"]


def records(addresses, kind):
    out = b""
    count = 0
    for text in addresses:
        address = ipaddress.ip_address(text)
        if (address.version == 4) != (kind == "A"):
            continue
        out += struct.pack("!HHHIH", 0xC00C, 1 if kind == "A" else 28, 1, 3600, len(address.packed))
        out += address.packed
        count += 1
    return count, out


def answer(message, end, rcode, addresses, kind):
    count, tail = records(addresses, kind)
    head = message[:2] + struct.pack("!HHHHH", 0x8180 | rcode, 1, count, 0, 0)
    return head + message[12:end] + tail


def reply(path, message, seen):
    """What is sent, and how many seconds later; None: nothing."""
    name, number, end = question(message)
    kind = TYPES.get(number, str(number))
    what, *rest = lookup(path, name, kind)
    print("asked", name, kind, file=sys.stderr, flush=True)
    seen[name, kind] = seen.get((name, kind), 0) + 1
    if what == "silent" or (what == "lossy" and seen[name, kind] % 2):
        return None
    if what == "garbage":
        return message[:2] + bytes((i * 167 + 13) & 0xFF for i in range(200)), 0
    if what == "stranger":
        other = answer(message, end, 0, ["127.0.0.66"], "A")
        return bytes([other[0] ^ 0x55]) + other[1:], 0
    if what in ("none", "empty", "fail"):
        return answer(message, end, {"none": 3, "empty": 0, "fail": 2}[what], [], kind), 0
    if what == "slow":
        return answer(message, end, 0, rest[1:], kind), int(rest[0]) / 1000
    return answer(message, end, 0, rest if what == "lossy" else [what, *rest], kind), 0


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    selector = selectors.DefaultSelector()
    selector.register(server, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("listening", server.getsockname()[1], file=sys.stderr, flush=True)
    seen = {}
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                if not sys.stdin.buffer.raw.read(1):
                    return
                continue
            message, client = server.recvfrom(4096)
            sent = reply(sys.argv[1], message, seen)
            if sent and sent[1]:
                timer = threading.Timer(sent[1], server.sendto, (sent[0], client))
                timer.daemon = True
                timer.start()
            elif sent:
                server.sendto(sent[0], client)


main()

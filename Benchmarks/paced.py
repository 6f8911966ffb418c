"""Requests at a fixed pace over kept connections, several kinds in turn, and how long each took.

One thread, which sleeps in epoll. A request never waits for the answer to another: where all connections are busy
one more is opened, so that a server that stops for a moment is seen by all requests of that moment and not by one
on each connection. The kinds take turns, so that what stops the machine is seen by all of them alike.
"""

import gc
import select
import socket
import time


class Connection:
    def __init__(self, port, poller):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poller.register(self.socket, select.EPOLLIN)
        self.start(0, b"")

    def start(self, kind, request):
        self.kind, self.received, self.size = kind, b"", None
        self.sent = time.monotonic()
        if request:
            self.socket.sendall(request)

    def receive(self):
        """Seconds from the request to its whole answer; None while that is not there."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise SystemExit("the server closed a connection")
        self.received += part
        if self.size is None and (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end].lower()
            if not head.startswith(b"http/1.1 200 "):
                raise SystemExit(self.received.decode(errors="replace")[:300])
            length = head.index(b"content-length:") + 15
            self.size = end + 4 + int(head[length:].split(b"\r\n", 1)[0])
        if self.size is None or len(self.received) < self.size:
            return None
        return time.monotonic() - self.sent


def measure(port, paths, fields, seconds, rate):
    """The sorted times of each path in milliseconds, for `rate` requests a second of each."""
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() for path in paths]
    times = [[] for _ in paths]
    poller = select.epoll()
    connections, free, busy = {}, [], 0
    pause = 1 / (rate * len(paths))
    count = int(seconds / pause)
    begin = time.monotonic()
    sent = 0
    gc.disable()
    while sent < count or busy:
        due = begin + sent * pause
        now = time.monotonic()
        if sent < count and due <= now:
            if not free:
                connection = Connection(port, poller)
                connections[connection.socket.fileno()] = connection
                free.append(connection)
            kind = sent % len(paths)
            free.pop().start(kind, requests[kind])
            sent += 1
            busy += 1
            continue
        for number, _ in poller.poll(due - now if sent < count else 60):
            connection = connections[number]
            taken = connection.receive()
            if taken is not None:
                times[connection.kind].append(taken * 1000)
                free.append(connection)
                busy -= 1
    gc.enable()
    for connection in connections.values():
        connection.socket.close()
    return [sorted(kind) for kind in times]


def quantile(sorted_times, share):
    return sorted_times[min(len(sorted_times) - 1, int(len(sorted_times) * share))]

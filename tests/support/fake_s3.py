"""A small S3 in this process: enough of the protocol for a store of files, and a memory of what was asked of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import unquote, urlsplit


@dataclass
class FakeS3:
    """``objects`` by path (``/bucket/key``); ``asked`` the requests with their Authorization; ``broken`` answers 503."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    broken: bool = False


class _Handler(BaseHTTPRequestHandler):
    """One request; ``store`` is given by the class made for each server."""

    protocol_version = "HTTP/1.1"
    store: ClassVar[FakeS3]

    def log_message(self, *_args: object) -> None:
        """Nothing on the screen of the tests."""

    def do_PUT(self) -> None:
        if self._path():
            self._answer(200)

    def do_GET(self) -> None:
        path = self._path()
        if path in self.store.objects:
            self._answer(200, self.store.objects[path])
        elif path:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_DELETE(self) -> None:
        path = self._path()
        if path:
            self.store.objects.pop(path, None)
            self._answer(204)

    def _path(self) -> str | None:
        """The path asked for, its body kept; None where the store is broken, and said so."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(urlsplit(self.path).path)
        self.store.asked.append((self.command, path, self.headers.get("Authorization", "")))
        if self.store.broken:
            self._answer(503, b"<Error><Code>SlowDown</Code></Error>")
            return None
        if self.command == "PUT":
            self.store.objects[path] = body
        return path

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def fake_s3() -> Iterator[FakeS3]:
    store = FakeS3()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    store.address = f"http://127.0.0.1:{server.server_port}"
    yield store
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()

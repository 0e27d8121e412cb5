"""A real Redis for tests, in a folder of its own, on a unix socket or a free port.

    with Redis() as redis:
        redis.command("SET", "a", "1")
        copy = redis.copy()
        redis.command("SET", "a", "2")
        redis.set_back(copy)            # as after a restored backup: "a" is "1" again
"""

import pathlib
import shutil
import signal
import socket
import tempfile

import processes


class RedisError(Exception):
    """An error reply."""


class Redis:
    """One server. Its address and its data outlive stop, kill and start; close removes the data."""

    def __init__(self, appendfsync="always", tcp=False, folder=None):
        self._own = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="watchkeeper-redis-"))
        self.data = self.folder / "data"
        self.data.mkdir(exist_ok=True)
        self.port = processes.free_port() if tcp else 0
        self.socket = self.folder / "redis.sock"
        self.url = f"redis://127.0.0.1:{self.port}" if tcp else f"unix://{self.socket}"
        self.process = None
        self._copies = 0
        self._settings = [
            "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", str(self.socket), "--dir", str(self.data),
            "--appendonly", "yes", "--appendfsync", appendfsync, "--save", "", "--auto-aof-rewrite-percentage", "0",
            "--aof-use-rdb-preamble", "no", "--enable-debug-command", "local"]

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        """Starts the server, and waits until it serves."""
        self.process = processes.Process(["redis-server", *self._settings], self.folder / "server.log")
        def ready():
            if not self.process.running():
                raise processes.Timeout(f"redis-server ended:\n{self.process.tail()}")
            try:
                return self.command("PING") == "PONG"
            except (OSError, RedisError):
                return False
        processes.wait_until(ready, "Redis to answer")
        return self

    def stop(self):
        """An orderly shutdown; the data stays."""
        self.process.stop()

    def kill(self):
        """A power cut; what appendfsync had not yet written may be gone only with the machine, not with the process."""
        self.process.kill()

    def pause(self):
        """Freezes the server: connections stay open and nothing is answered."""
        self.process.pause()

    def resume(self):
        """Ends a pause."""
        self.process.resume()

    def close(self):
        """Ends everything and removes the data."""
        if self.process:
            self.process.signal(signal.SIGCONT)
            self.process.kill()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def copy(self):
        """A copy of the data as it is on disk now, for set_back. (The file is only ever appended to: any prefix is valid.)"""
        self._copies += 1
        target = self.folder / f"copy-{self._copies}"
        shutil.copytree(self.data, target)
        return target

    def set_back(self, copy):
        """Kills the server and starts it again on an older copy of its data; None starts it on none."""
        if self.process and self.process.running():
            self.kill()
        shutil.rmtree(self.data)
        if copy:
            shutil.copytree(copy, self.data)
        else:
            self.data.mkdir()
        self.start()

    def command(self, *words):
        """One command on a connection of its own: str, int, None, or lists of them."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.socket))
            encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
            connection.sendall(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in encoded))
            with connection.makefile("rb") as reply:
                return _read_reply(reply)


def _read_reply(reply):
    line = reply.readline()
    if not line.endswith(b"\r\n"):
        raise OSError("Redis closed the connection")
    kind, rest = line[:1], line[1:-2]
    if kind == b"+":
        return rest.decode()
    if kind == b"-":
        raise RedisError(rest.decode())
    if kind == b":":
        return int(rest)
    if int(rest) < 0:
        return None
    if kind == b"$":
        return reply.read(int(rest) + 2)[:-2].decode("utf-8", "surrogateescape")
    return [_read_reply(reply) for _ in range(int(rest))]

"""A Redis master with a replica, and three sentinels that make the other one master when it is gone."""

import pathlib
import shutil
import subprocess
import tempfile

import processes
from redis import Redis, RedisError

NAME = "watchkeeper"
DISK_MB = 96


class Node(Redis):
    """One server, with a configuration file that the sentinels rewrite, on a small disk where that can be had."""

    def __init__(self, folder, name, host, master_port=None):
        folder = folder / name.replace(" ", "-")
        folder.mkdir()
        self.disk = folder / "data"
        self.disk.mkdir()
        self.has_disk = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", self.disk],
                                       capture_output=True, check=False).returncode == 0
        super().__init__(tcp=True, folder=folder)
        self.name = name
        self._config = folder / "redis.conf"
        lines = [f"port {self.port}", f"bind {host}" + ("" if host == "127.0.0.1" else " 127.0.0.1"), "protected-mode no", f"unixsocket {self.socket}",
                 f"dir {self.data}", "appendonly yes", "appendfsync always", 'save ""', "repl-diskless-sync yes",
                 "repl-diskless-sync-delay 0", "repl-timeout 5", "repl-ping-replica-period 1",
                 "auto-aof-rewrite-percentage 100", "auto-aof-rewrite-min-size 8mb", "enable-debug-command local"]
        if master_port:
            lines.append(f"replicaof {host} {master_port}")
        self._config.write_text("\n".join(lines) + "\n", encoding="ascii")

    def start(self):
        """Starts it on what it has; it may be a replica again by now."""
        self.process = processes.Process(["redis-server", str(self._config)], self.folder / "server.log")
        return self

    def answers(self):
        """Whether it serves at all."""
        try:
            return self.command("PING") == "PONG"
        except (OSError, RedisError):
            return False

    def is_master(self):
        """By its own word."""
        try:
            return self.command("ROLE")[0] == "master"
        except (OSError, RedisError):
            return False

    def fill_disk(self):
        """Leaves no room for the next write."""
        subprocess.run(["dd", "if=/dev/zero", f"of={self.disk / 'filler'}", "bs=64k"], capture_output=True, check=False)

    def free_disk(self):
        """Makes room again."""
        (self.disk / "filler").unlink(missing_ok=True)

    def close(self):
        """Ends it and unmounts its disk."""
        super().close()
        if self.has_disk:
            subprocess.run(["umount", self.disk], check=False)


class Sentinels:
    """The pair and those who watch it."""

    def __init__(self, host):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="watchkeeper-redis-"))
        self._host = host
        first = Node(self.folder, "redis 1", host)
        self.nodes = [first, Node(self.folder, "redis 2", host, first.port)]
        self._ports = [processes.free_port() for _ in range(3)]
        self._watchers = []
        places = ",".join(f"{host}:{port}" for port in self._ports)
        self.url = f"redis-sentinel://{places}#{NAME}"

    def start(self):
        """Starts all, and waits until the replica follows."""
        for node in self.nodes:
            node.start()
        processes.wait_until(lambda: all(node.answers() for node in self.nodes), "both Redis servers to answer")
        for place, port in enumerate(self._ports):
            config = self.folder / f"sentinel-{place}.conf"
            config.write_text(
                f"port {port}\nbind {self._host}\nprotected-mode no\ndir {self.folder}\n"
                f"sentinel monitor {NAME} {self._host} {self.nodes[0].port} 2\n"
                f"sentinel down-after-milliseconds {NAME} 1500\nsentinel failover-timeout {NAME} 6000\n", encoding="ascii")
            self._watchers.append(processes.Process(["redis-server", str(config), "--sentinel"],
                                                    self.folder / f"sentinel-{place}.log"))
        processes.wait_until(lambda: "state=online" in self.nodes[0].command("INFO", "replication"), "the replica to follow")
        return self

    def master(self):
        """The node that says it is the master, None while there is none or two say so."""
        masters = [node for node in self.nodes if node.process.running() and node.is_master()]
        return masters[0] if len(masters) == 1 else None

    def close(self):
        """Ends everything."""
        for one in self._watchers:
            one.kill()
        for node in self.nodes:
            node.close()
        shutil.rmtree(self.folder, ignore_errors=True)

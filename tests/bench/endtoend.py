"""The daemon on a real Kafka and a real Redis, beside librdkafka alone reading the same topic in the same run."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

import processes  # noqa: E402
import topics  # noqa: E402
from kafka import Kafka  # noqa: E402
from redis import Redis  # noqa: E402

PARTITIONS = 12  # what the daemon makes by default
TICKS = os.sysconf("SC_CLK_TCK")
EVENTS = topics.NAMES["events"]


def cpu_seconds(pid):
    """What a process that still runs has used, its threads and ended children included."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICKS


def peak_mib(pid):
    """The most memory that a process that still runs has had resident."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None


def caught_up(status, count):
    """Whether that many messages were taken, and nothing is left to derive, write or publish."""
    return status["partitions"] and status["counters"]["messages"] >= count and all(
        one["mode"] == "live" and one["lag"] == 0 and one["outbox"] == 0 and not one.get("oldest_overdue_ms")
        for one in status["partitions"])


class Bench:
    """Servers with the events published once; each round reads them with a daemon that has no state yet."""

    def __init__(self, build, folder, kafka, redis):
        self.build, self.folder, self.kafka, self.redis = build, folder, kafka, redis
        self.rounds = 0

    def _raw(self, count, *arguments):
        """What librdkafka alone did, which must have been with every event."""
        done = subprocess.run([self.build / "bench/bench_kafka", arguments[0], self.kafka.bootstrap, *arguments[1:]],
                              stdout=subprocess.PIPE, check=True)
        raw = json.loads(done.stdout)
        if raw["messages"] != count:
            raise RuntimeError(f"librdkafka alone had {raw['messages']} messages of {count}")
        return raw

    def publish(self, path, count):
        """Publishes the file, and yields the row; librdkafka alone does the same into a topic of its own."""
        self.kafka.create_topic(EVENTS, PARTITIONS)
        self.kafka.create_topic("bench.raw", PARTITIONS)
        start = time.monotonic()
        tool = subprocess.Popen([self.build / "watchkeeper", "publish", "--set",
                                 f"kafka.bootstrap_servers={self.kafka.bootstrap}", path],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = tool.stderr.read()
        _, status, usage = os.wait4(tool.pid, 0)
        tool.stderr.close()
        tool.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        if tool.returncode != 0:
            raise RuntimeError(f"watchkeeper publish ended with {tool.returncode}: {said.decode()}")
        raw = self._raw(count, "produce", "bench.raw", path)
        yield {"what": "end to end: watchkeeper publish", "unit": "events/s", "ours": count / seconds,
               "limit": count / raw["seconds"], "limit_is": "librdkafka alone", "taken": "once",
               "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss / 1024,
               "note": f"{count:,} events, {PARTITIONS} partitions; librdkafka's CPU {raw['cpu_seconds']:.2f} s"}

    def consume(self, count, rounds):
        """The row: from the daemon's start until nothing is left to read, derive, write and publish."""
        raws, taken = [], []
        for _ in range(rounds):
            raws.append(self._raw(count, "consume", EVENTS))
            taken.append(self._round(count))
        best = min(taken, key=lambda one: one["seconds"])
        raw = min(raws, key=lambda one: one["seconds"])
        return {"what": f"end to end: {count:,} events through the daemon", "unit": "events/s",
                "ours": count / best["seconds"], "limit": count / raw["seconds"],
                "limit_is": "librdkafka alone reads the topic",
                "taken": "once" if rounds == 1 else f"best of {rounds}", "cpu_seconds": best["cpu_seconds"],
                "peak_mib": best["peak_mib"], "note": best["note"] + f"; librdkafka's CPU {raw['cpu_seconds']:.2f} s"}

    def _settings(self, prefix):
        named = {**topics.names(prefix), "events": EVENTS}
        settings = [f"kafka.bootstrap_servers={self.kafka.bootstrap}", f"redis.url={self.redis.url}",
                    f"kafka.group_id={prefix}watchkeeper", f"kafka.group_instance_id={prefix}1",
                    f"status.socket={self.folder / 'status.sock'}", "log.level=warning",
                    *[f"kafka.topics.{key}={name}" for key, name in named.items()]]
        return [word for setting in settings for word in ("--set", setting)]

    def _round(self, count):
        """One daemon, its own output topics and an empty Redis."""
        self.rounds += 1
        prefix = f"round{self.rounds}."
        self.redis.command("FLUSHALL")
        for key, name in topics.names(prefix).items():
            if key != "events":
                self.kafka.create_topic(name, PARTITIONS, compact=key in topics.COMPACTED)
        before = self._servers_cpu()
        start = time.monotonic()
        daemon = processes.Process([str(self.build / "watchkeeperd"), *self._settings(prefix)],
                                   self.folder / "daemon.log")
        try:
            processes.wait_until(lambda: (self._status() or {}).get("loaded"), "the partitions to be loaded", 60, 0.05)
            loaded = time.monotonic() - start
            counters = self._wait(daemon, count, start)["counters"]
            seconds = time.monotonic() - start
            servers = ", ".join(f"{name} {used - before[name]:.1f} s" for name, used in self._servers_cpu().items())
            return {"seconds": seconds, "cpu_seconds": cpu_seconds(daemon.pid), "peak_mib": peak_mib(daemon.pid),
                    "note": f"{seconds:.1f} s, {loaded:.1f} of them until its partitions were loaded; "
                            f"{counters['alerts']:,} alerts in {counters['transactions']:,} transactions; "
                            f"CPU of {servers}"}
        finally:
            daemon.stop()

    def _servers_cpu(self):
        return {"Kafka": cpu_seconds(self.kafka.process.pid), "Redis": cpu_seconds(self.redis.process.pid)}

    def _status(self):
        """What `watchkeeper status --json` prints, without a process for each look."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            try:
                connection.connect(str(self.folder / "status.sock"))
                with connection.makefile("rb") as answer:
                    return json.loads(answer.read() or b"null")
            except (FileNotFoundError, ConnectionRefusedError):
                return None  # not there yet

    def _wait(self, daemon, count, started):
        """Its status when it has caught up. Each look costs the daemon some calls to Redis: so it looks again when half
        of the time is over that the rest will take. The deadline is a rate far below any that was ever seen."""
        while time.monotonic() < started + 120 + count / 500:
            if not daemon.running():
                raise processes.Timeout(f"the daemon ended:\n{daemon.tail()}")
            status = self._status()
            if status and caught_up(status, count):
                return status
            taken = status["counters"]["messages"] if status else 0
            left = (count - taken) * (time.monotonic() - started) / max(taken, 1)
            time.sleep(min(max(left / 2, 0.05), 1.0))
        raise processes.Timeout(f"the daemon had not caught up after {time.monotonic() - started:.0f} s: {status}")


def catch_up(build, folder, path, count, what):
    """One row: a daemon without a state reads years of events, of which nothing but what is open now is said."""
    with Redis(tcp=True) as redis, Kafka() as kafka:
        bench = Bench(build, folder, kafka, redis)
        for _ in bench.publish(path, count):
            pass  # measured by rows() already
        yield {**bench.consume(count, 1), "what": what}


def rows(build, folder, path, count, rounds):
    """Starts the servers and yields the rows."""
    with Redis(tcp=True) as redis, Kafka() as kafka:
        bench = Bench(build, folder, kafka, redis)
        yield from bench.publish(path, count)
        yield bench.consume(count, rounds)

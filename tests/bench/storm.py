"""Deadlines of thousands of children in one instant, and restarts with very many timers, on real servers.

Each limit is what the same daemon, or librdkafka alone, needed in the same run for the least that the work contains."""

import datetime
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

import care  # noqa: E402
import processes  # noqa: E402
import topics  # noqa: E402
from daemon import Daemon  # noqa: E402
from kafka import Kafka  # noqa: E402
from redis import Redis  # noqa: E402

PARTITIONS = 12
AMONG = 1000
SAID_EACH = 4  # an alert, its rung, and the newest statement of the alert after due soon and after overdue
HOURS_72 = datetime.timedelta(hours=72)


class Storm:
    """Servers and one daemon; children whose return interviews are due when we say."""

    def __init__(self, build, folder, kafka, redis):
        self.build, self.folder, self.kafka, self.redis = build, folder, kafka, redis
        topics.create(kafka, PARTITIONS)
        kafka.create_topic("bench.raw", PARTITIONS)
        self.daemon = Daemon(kafka, redis, folder)
        self.taken = 0

    def counted(self, name):
        """What the daemon has counted of that; 0 while it does not answer."""
        return self.daemon.status().get("counters", {}).get(name, 0)

    def publish(self, children, due):
        """Children whose interview is due at that instant; waits until all is taken."""
        path, lines = self.folder / "storm.jsonl", 0
        with path.open("w", encoding="utf-8") as file:
            for child in children:
                for one in care.missing_and_back(child, due - HOURS_72):
                    file.write(json.dumps(one) + "\n")
                    lines += 1
        subprocess.run([self.build / "watchkeeper", "publish", "--set",
                        f"kafka.bootstrap_servers={self.kafka.bootstrap}", path], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.taken += lines
        self.wait(lambda: self.counted("facts") >= self.taken, 60 + lines / 200)

    def wait(self, condition, seconds=120):
        """Looks often enough for what is measured, in milliseconds, and seldom enough not to be measured itself."""
        processes.wait_until(condition, "the daemon", seconds, 0.02)

    def calm(self, due=None):
        """Nothing due is left to say or to publish, at a clock at or past that instant."""
        parts = self.daemon.status().get("partitions", [])
        return len(parts) == PARTITIONS and all(
            one["mode"] == "live" and one["outbox"] == 0 and one.get("oldest_overdue_ms") == 0 and
            (due is None or one["clock"] >= care.text(due)) for one in parts)

    def start(self):
        """Milliseconds until every partition is live and nothing due is left."""
        began = time.monotonic()
        self.daemon.start()
        self.wait(self.calm, 300)
        return (time.monotonic() - began) * 1000

    def lateness_of(self, children, seconds):
        """The histogram of a start whose only deadlines are these, and the milliseconds until it is calm again; what
        an event published as they fall due waits for being taken."""
        due = care.now() + datetime.timedelta(seconds=seconds)
        self.publish(children, due)
        self.wait(lambda: care.now() > due, seconds + 60)
        waited = self.event_taken_ms()
        self.wait(lambda: self.calm(due), 600)
        return (care.now() - due).total_seconds() * 1000, waited, self.daemon.status()["timer_lateness"]

    def event_taken_ms(self):
        """How long one event takes from being published to being counted."""
        began = time.monotonic()
        self.taken += 1
        care.publish(self.kafka, topics.NAMES["events"],
                     [care.event("missing.started", f"child/INPUT-{self.taken}", care.now(), episode="I", kind="M")])
        self.wait(lambda: self.counted("facts") >= self.taken)
        return (time.monotonic() - began) * 1000

    def raw_produce_ms(self, count):
        """librdkafka alone writes that many messages."""
        path = self.folder / "raw.jsonl"
        line = json.dumps(care.missing_and_back("child/RAW", care.now())[0], separators=(",", ":")) + "\n"
        path.write_text(line * count, encoding="utf-8")
        done = subprocess.run([self.build / "bench/bench_kafka", "produce", self.kafka.bootstrap, "bench.raw", path],
                              stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)["seconds"] * 1000


def row(what, ours, limit, limit_is, note=""):
    """As tests/bench/run prints it; milliseconds."""
    return {"what": what, "unit": "ms", "ours": ours, "limit": limit, "limit_is": limit_is, "taken": "once",
            "cpu_seconds": None, "peak_mib": None, "note": note}


def rows(build, folder, duties, timers):
    """Starts the servers and yields the rows."""
    with Redis(tcp=True) as redis, Kafka() as kafka:
        storm = Storm(build, folder, kafka, redis)
        first_start = storm.start()
        try:
            yield from _storm_rows(storm, duties)
            yield from _restart_rows(storm, timers, first_start)
        finally:
            storm.daemon.close()


def _storm_rows(storm, duties):
    quiet_ms = storm.event_taken_ms()
    quiet_ms = min(quiet_ms, storm.event_taken_ms())
    _, _, alone = storm.lateness_of(["child/ALONE"], 3)
    storm.daemon.stop()
    storm.start()
    storm.taken = 0
    drained, waited, late = storm.lateness_of([f"child/STORM-{n}" for n in range(duties)], 10 + duties / 500)
    note = f"{late['count']:,} statements by the clock"
    yield row(f"storm: {duties:,} duties in one instant, drained", drained, storm.raw_produce_ms(duties * SAID_EACH),
              "librdkafka alone writes as many messages", note)
    yield row("storm: an event published as they fall due waits", waited, quiet_ms, "the same in the quiet")
    for name in ("p50_ms", "p99_ms", "max_ms"):
        yield row(f"storm: lateness, {name[:-3]}", late[name], max(alone["max_ms"], 1), "that of one deadline alone")


def _restart_rows(storm, timers, first_start):
    due = care.now() + datetime.timedelta(days=30)
    storm.publish([f"child/LATER-{n}" for n in range(timers)], due)
    storm.wait(storm.calm)
    storm.daemon.stop()
    started = storm.start()
    yield row(f"restart with {timers:,} timers, until live", started, first_start, "the first start, with none")
    storm.taken = 0
    _, _, late = storm.lateness_of(["child/AMONG"], 3)
    yield row(f"one deadline among {timers:,} timers: lateness", late["max_ms"], 1, "the millisecond")
    _, _, late = storm.lateness_of([f"child/AMONG-{n}" for n in range(AMONG)], 5)
    for name in ("p50_ms", "p99_ms", "max_ms"):
        yield row(f"{AMONG:,} deadlines among {timers:,} timers: {name[:-3]}", late[name], 1, "the millisecond")
    yield row(f"restart with {timers:,} timers, until the first firing", _first_firing(storm), started,
              "until it is live, as above", "its deadline passed while the daemon was down")


def _first_firing(storm):
    """Milliseconds from the start until what fell due meanwhile has been said."""
    due = care.now() + datetime.timedelta(seconds=4)
    storm.publish(["child/FIRST"], due)
    storm.daemon.stop()
    storm.wait(lambda: care.now() > due)
    began = time.monotonic()
    storm.daemon.start()
    storm.wait(lambda: storm.counted("alerts") > 0, 300)
    return (time.monotonic() - began) * 1000

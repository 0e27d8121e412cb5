"""An emptied Redis built again from care.facts, beside librdkafka alone reading the same topic in the same run."""

import json
import subprocess
import time

import endtoend
import processes
import topics
from kafka import Kafka
from redis import Redis

FACTS = topics.NAMES["facts"]
CHECKPOINT_S, REBUILD_S = 3600, 1800  # far more than was ever seen


class Bench(endtoend.Bench):
    """One daemon that takes the caseload and writes its checkpoints, and one that has nothing else."""

    def _settings(self, prefix):
        return [*super()._settings(prefix), "--set", "checkpoint.interval_seconds=1", "--set",
                "checkpoint.records_max=1000", "--set", "kafka.create_topics=true"]

    def _start(self):
        return processes.Process([str(self.build / "watchkeeperd"), *self._settings("")], self.folder / "daemon.log")

    def checkpoint(self, count):
        """Takes the events; its status when all of their facts are on care.facts, and after how many seconds."""
        def complete():
            status = self._status()
            return status and endtoend.caught_up(status, count) and all(
                one["checkpoint"] and one["checkpoint"]["events"] == one["position"]["events"] and
                one["changed_since_checkpoint"] == 0 for one in status["partitions"]) and status
        daemon = self._start()
        try:
            started = time.monotonic()
            status = processes.wait_until(complete, "a checkpoint of everything", CHECKPOINT_S, 1)
            return status, time.monotonic() - started
        finally:
            daemon.stop()

    def rebuild(self, subjects):
        """Seconds, CPU and memory from the daemon's start on an empty Redis until every partition is live."""
        def live():
            status = self._status()
            return status and len(status["partitions"]) == endtoend.PARTITIONS and endtoend.caught_up(status, 0) and \
                sum(one["subjects"] for one in status["partitions"]) >= subjects and status
        self.redis.command("FLUSHALL")
        started = time.monotonic()
        daemon = self._start()
        try:
            status = processes.wait_until(live, "the state to be built again", REBUILD_S, 0.2)
            seconds = time.monotonic() - started
            if status["counters"]["offsets_lost"] or status["counters"]["alerts"]:
                raise RuntimeError(f"it was not the same: {status['counters']}")
            return seconds, endtoend.cpu_seconds(daemon.pid), endtoend.peak_mib(daemon.pid)
        finally:
            daemon.stop()

    def raw(self):
        """What librdkafka alone does with the same topic."""
        done = subprocess.run([self.build / "bench/bench_kafka", "consume", self.kafka.bootstrap, FACTS],
                              stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)


def rows(build, folder, path, count):
    """Starts the servers, fills them, cuts the events off, empties Redis, and yields the row."""
    with Redis(tcp=True) as redis, Kafka() as kafka:
        bench = Bench(build, folder, kafka, redis)
        for _ in bench.publish(path, count):
            pass
        status, seconds_before = bench.checkpoint(count)
        subjects = sum(one["subjects"] for one in status["partitions"])
        facts = status["counters"]["facts"]
        kafka.delete_records(endtoend.EVENTS)
        raw = bench.raw()
        seconds, cpu, peak = bench.rebuild(subjects)
        yield {"what": f"rebuild: {subjects:,} subjects from care.facts", "unit": "s", "ours": seconds,
               "limit": raw["seconds"], "limit_is": "librdkafka alone reads care.facts", "taken": "once",
               "cpu_seconds": cpu, "peak_mib": peak,
               "note": f"{facts:,} facts, {facts / seconds:,.0f} facts/s, {subjects / seconds:,.0f} subjects/s; every event "
                       f"was cut off; from the events with the first checkpoint it was {seconds_before:.0f} s"}

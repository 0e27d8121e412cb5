"""What the integration tests share: one Kafka for the whole run, and for each test a Redis, topics and a daemon of its own."""

import atexit
import collections
import itertools
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import care
import processes
import topics
from daemon import Daemon
from kafka import Kafka
from redis import Redis

_shared = {}
_prefixes = itertools.count(1)


def shared_kafka():
    """The Kafka of this run, started on first use, and again where a test left it dead."""
    if "kafka" not in _shared:
        _shared["kafka"] = Kafka()
        atexit.register(_shared["kafka"].close)
    kafka = _shared["kafka"]
    if not kafka.process or not kafka.process.running():
        kafka.start()
    kafka.resume()
    return kafka


class ServersTest(unittest.TestCase):
    """A test that has servers: self.kafka, self.redis, self.topics, self.daemon (not started)."""

    partitions = 2
    settings = ()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="watchkeeper-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.kafka = shared_kafka()
        self.redis = Redis(tcp=True).start()
        self.addCleanup(self.redis.close)
        self.prefix = f"t{next(_prefixes)}."
        topics.create(self.kafka, self.partitions, self.prefix)
        self.topics = topics.names(self.prefix)
        self.events = []
        self.daemon = self.new_daemon()

    def new_daemon(self, **options):
        """A daemon on this test's topics."""
        daemon = Daemon(self.kafka, self.redis, self.folder, prefix=self.prefix,
                        **{"settings": self.settings, **options})
        self.addCleanup(daemon.close)
        return daemon

    def publish(self, events):
        """Sends events, and remembers them for `duties`."""
        self.events += events
        care.publish(self.kafka, self.topics["events"], events)

    def alerts(self):
        """Every alert statement by now."""
        return care.statements(self.kafka, self.topics["alerts"])

    def escalations(self):
        """Every escalation by now."""
        return care.statements(self.kafka, self.topics["escalations"])

    def wait(self, condition, what, seconds=60):
        """Waits for a condition; a failure shows the end of the daemon's log."""
        def checked():
            self.daemon.check()
            return condition()
        try:
            return processes.wait_until(checked, what, seconds, 0.1)
        except processes.Timeout as late:
            return self.fail(f"{late}\n{self.daemon.process.tail() if self.daemon.process else ''}")

    def wait_for_alert(self, event_id, seconds=60):
        """Waits until a statement with that id is out, and returns it."""
        return self.wait(lambda: next((one for one in self.alerts() if one["id"] == event_id), None), event_id, seconds)

    def wait_until_live(self, seconds=60):
        """Waits until the daemon has every partition, at its end, with nothing left to publish."""
        def live():
            partitions = self.daemon.status().get("partitions", [])
            return len(partitions) == self.partitions and all(
                one["mode"] == "live" and one["outbox"] == 0 for one in partitions)
        self.wait(live, "the daemon to be live on all partitions", seconds)

    def wait_until_caught_up(self, seconds=60):
        """Waits until every event has been taken, by what the group has committed."""
        def caught_up():
            ends = self.kafka.ends(self.topics["events"])
            done = self.kafka.committed(self.daemon.group)
            return all(done.get((self.topics["events"], p), (0,))[0] >= end for p, end in ends.items())
        self.wait(caught_up, "the group to have committed all events", seconds)

    def wait_for_agreement(self, seconds=60):
        """Waits until the alerts left open on the topic are those that `duties` gives for the events published."""
        seen = {}
        def agreed():
            self.daemon.check()
            seen["topic"] = care.comparable(care.fold(self.alerts()))
            seen["duties"] = care.open_duties(self.events, care.text(care.now()))
            return seen["topic"] == seen["duties"]
        try:
            processes.wait_until(agreed, "the alerts left open to be those that are due", seconds, 0.2)
        except processes.Timeout as late:
            self.assertEqual(seen.get("duties"), seen.get("topic"), f"{late}\n{self.daemon.process.tail()}")
            raise

    def assert_verified(self):
        """`verify` finds that what was said follows from the events, and that nothing is missing."""
        done = subprocess.run([care.TOOL, "verify", *self.daemon.arguments()], capture_output=True, text=True, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stdout), done.stderr)

    def assert_each_once(self):
        """No event id is on its topic twice."""
        for name in ("alerts", "escalations"):
            ids = [one["id"] for one in care.statements(self.kafka, self.topics[name])]
            twice = sorted(one for one, times in collections.Counter(ids).items() if times > 1)
            self.assertEqual([], twice, f"said twice on {name}\n{self.daemon.process.tail(200)}")

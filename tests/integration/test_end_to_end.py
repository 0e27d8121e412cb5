"""A caseload goes in; what is left open on the topic is what the tool derives from the same events."""

import care
from case import ServersTest


class EndToEnd(ServersTest):
    """Whole caseloads."""

    partitions = 3

    def caseload(self, children=40, days=200, seed=7):
        """Events up to about now."""
        start = care.ago(days=days).date().isoformat()
        return care.sample(children, start, days, seed)

    def test_backlog(self):
        """Published before the daemon is there: it catches up in silence, and says only what is open then."""
        self.publish(self.caseload())
        self.daemon.start()
        self.wait_for_agreement()
        self.wait_until_caught_up()
        self.assert_each_once()
        alerts = self.alerts()
        self.assertGreater(len(alerts), 10)
        self.assertTrue(all(one["data"]["state"] in care.OPEN_ALERTS for one in alerts))
        now = care.text(care.now())
        replayed = [one for one in care.replayed(self.events, now, now) if one["type"].startswith("care.alert.")]
        self.assertEqual(care.fold(replayed), care.fold(alerts))

    def test_live(self):
        """Published while it runs, in pieces: the same in the end, and on the compacted topic too."""
        self.daemon.start()
        events = self.caseload(seed=8)
        for start in range(0, len(events), 100):
            self.publish(events[start:start + 100])
        self.wait_for_agreement()
        self.assert_each_once()
        newest = {}
        for found in self.kafka.read(self.topics["alerts_latest"]):
            newest[found.key.decode()] = found.value
        latest = [care.json.loads(value) for value in newest.values() if value]
        self.assertEqual(care.fold(self.alerts()), care.fold(latest))

    def test_order_within_a_subject(self):
        """A subject's statements are on the partition of its events, each with a clock no earlier than the one before."""
        self.daemon.start()
        self.publish(self.caseload(children=12, seed=9))
        self.wait_for_agreement()
        homes = {found.key: found.partition for found in self.kafka.read(self.topics["events"])}
        clocks = {}
        for found in self.kafka.read(self.topics["alerts"]):
            self.assertEqual(homes[found.key], found.partition)
            clock = care.json.loads(found.value)["time"]
            self.assertLessEqual(clocks.get(found.key, ""), clock)
            clocks[found.key] = clock

    def test_two_daemons_share(self):
        """Two of one group share the partitions; when one goes, the other takes all, and nothing is said twice."""
        # A stopped daemon keeps its name in the group for a restart; only after the session do others get its partitions.
        session = ["kafka.session_timeout_ms=6000"]
        self.daemon = self.new_daemon(settings=session)
        second = self.new_daemon(instance="2", settings=session)
        self.daemon.start()
        second.start()
        events = self.caseload(seed=10)
        half = len(events) // 2
        self.publish(events[:half])
        self.wait_for_agreement()
        self.daemon.stop()
        self.publish(events[half:])
        self.wait_for_agreement(seconds=90)
        self.assert_each_once()

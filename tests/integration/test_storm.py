"""Thousands of deadlines in one instant: each said once, input goes on meanwhile, and their lateness is counted."""

import care
from case import ServersTest

CHILDREN = 5000
FACTS_EACH = 2


class Storm(ServersTest):
    """Return interviews of thousands of children are due at the same millisecond."""

    def brew(self, children, seconds):
        """Publishes what makes them due that soon, and waits until it is all taken; returns the instant."""
        self.daemon.start()
        returned = care.ago(hours=72) + care.datetime.timedelta(seconds=seconds)
        for number in range(children):
            self.events += care.missing_and_back(f"child/STORM-{number}", returned)
        care.publish(self.kafka, self.topics["events"], self.events)
        self.wait(lambda: self.counted("facts") >= children * FACTS_EACH, "everything to be taken", 180)
        return returned + care.datetime.timedelta(hours=72)

    def counted(self, name):
        """How much of it the daemon has counted since it started; 0 while it does not answer."""
        return self.daemon.status().get("counters", {}).get(name, 0)

    def wait_until_calm(self, due):
        """Nothing that is due is left to be said, written or published."""
        def calm():
            # oldest_overdue_ms is not there until Redis has been asked about a partition that was just taken
            partitions = self.daemon.status().get("partitions", [])
            return care.now() > due and len(partitions) == self.partitions and all(
                one["mode"] == "live" and one["outbox"] == 0 and one.get("oldest_overdue_ms") == 0 and
                one["lag"] == 0 and one["clock"] >= care.text(due) for one in partitions)
        self.wait(calm, "the storm to be over", 180)

    def assert_all_overdue_once(self, children):
        """Every interview is said to be overdue, once, and has its first rung."""
        def of_interviews(statements):
            return [one for one in statements if one["data"]["rule"] == "return-interview"]
        overdue = [one["data"]["alert"] for one in of_interviews(self.alerts()) if one["data"]["state"] == "overdue"]
        expected = {f"child/STORM-{number}|return-interview|missing:STORM-{number}-M1" for number in range(children)}
        self.assertEqual(sorted(expected), sorted(overdue))
        self.assertEqual({f"{alert}#rung-1" for alert in expected}, {one["id"] for one in of_interviews(self.escalations())})
        self.assert_each_once()

    def test_thousands_at_once(self):
        """All are said, and `status` counts the lateness of exactly those that the clock raised."""
        due = self.brew(CHILDREN, seconds=30)
        self.wait(lambda: care.now() > due, "the deadline to pass")
        self.publish([care.event("missing.started", "child/AMID", care.ago(hours=1), episode="A1", kind="M")])
        self.wait(lambda: self.counted("facts") > CHILDREN * FACTS_EACH, "input in the storm to be taken", 180)
        self.wait_until_calm(due)
        self.assert_all_overdue_once(CHILDREN)
        said_by_clock = [one for one in self.alerts() + self.escalations() if one["data"]["said_because"] == "clock"]
        lateness = self.daemon.status()["timer_lateness"]
        self.assertEqual(len(said_by_clock), lateness["count"])
        self.assertEqual(lateness["count"], sum(bucket["count"] for bucket in lateness["buckets"]))
        self.assertLessEqual(lateness["p50_ms"], lateness["p99_ms"])
        self.assertLessEqual(lateness["p99_ms"], lateness["max_ms"])
        self.wait_for_agreement()

    def test_killed_amid_the_storm(self):
        """A daemon that dies in it leaves the rest to the next, and nothing is said twice."""
        children = CHILDREN // 2
        due = self.brew(children, seconds=20)
        before = self.counted("timers_fired")
        self.wait(lambda: care.now() > due and self.counted("timers_fired") > before, "the first to fire", 180)
        self.daemon.kill()
        self.daemon.start()
        self.wait_until_calm(due)
        self.assert_all_overdue_once(children)

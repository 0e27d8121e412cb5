"""Bulk loads and nightly feeds on real servers: what they hold back is said when they are over, once."""

import care
from case import ServersTest
from daemon import Killpoint

CHILDREN = 300
MET = 100 # of them, by a record that comes last in the load


class Feeds(ServersTest):
    """Events about feeds come on one partition, the children are on both."""

    settings = ("batch.records_max=100",)

    def feed(self, event_type, partition=0, recorded_at=None, **data):
        """Publishes an event about the authority's feeds on that partition."""
        one = care.event(event_type, f"authority/{care.AUTHORITY}", care.now(), recorded_at, **data)
        self.kafka.produce(self.topics["events"], [care.record(one, partition)])
        return one

    def start_load(self, partition=0):
        """The load is open on both partitions when this returns."""
        self.feed("feed.load_started", partition, load="L1")
        self.wait(lambda: self.open_loads() == ["L1", "L1"], "the load to be open on both partitions")

    def open_loads(self):
        """What status says of each partition."""
        return [load["load"] for one in self.daemon.status().get("partitions", []) for load in one["loads"]]

    def load(self):
        """Publishes children whose interviews are overdue, and then records that some were held in time."""
        names = [f"F-{number}" for number in range(CHILDREN)]
        self.publish([one for name in names for one in care.missing_and_back(f"child/{name}", care.ago(hours=80))])
        self.publish([care.event("return_interview.completed", f"child/{name}", care.ago(hours=70), episode=f"{name}-M1")
                      for name in names[:MET]])
        self.wait_until_caught_up()
        self.wait_until_live()

    def assert_silent(self):
        """Nothing has been said at all."""
        self.assertEqual([], self.alerts())
        self.assertEqual([], self.escalations())

    def assert_baseline(self):
        """What is due has been said, as baseline, once, and nothing of what was met in the load."""
        self.wait_for_agreement()
        self.wait_until_live()
        alerts = self.alerts()
        self.assertEqual(CHILDREN - MET, sum(one["data"]["rule"] == "return-interview" for one in alerts))
        self.assertEqual({True}, {one["data"].get("baseline") for one in alerts})
        self.assert_each_once()
        self.assertEqual([], self.open_loads())
        self.assertEqual((0, ""), self.problems())
        self.assert_verified()

    def problems(self):
        """What the auditor finds."""
        status, output = self.daemon.tool("audit")
        return status, "" if status == 0 else output

    def test_load(self):
        """Silence in the load, also over a power cut; the baseline at its end."""
        self.daemon.start()
        self.wait_until_live()
        self.start_load()
        self.load()
        self.assert_silent()
        self.assertEqual(CHILDREN, self.daemon.status()["counters"]["subjects_held"])
        self.assertEqual((0, ""), self.problems())
        self.daemon.kill()
        self.daemon.start()
        self.wait_until_live()
        self.assertEqual(["L1", "L1"], self.open_loads())
        self.assert_silent()
        self.feed("feed.load_ended", load="L1")
        self.assert_baseline()

    def test_killed_at_the_end(self):
        """Power cuts at writes after the end of the load."""
        killpoint = Killpoint(self.folder, self.kafka, self.redis)
        self.daemon = self.new_daemon(killpoint=killpoint)
        self.daemon.start()
        self.wait_until_live()
        self.start_load(partition=1)
        self.load()
        ended = False
        for writes in (1, 3, 5, 8, 13):
            killpoint.arm(writes, after=writes % 2 == 0)
            self.daemon.wanted = False
            if not ended:
                self.feed("feed.load_ended", 1, load="L1")
            ended = True
            self.daemon.process.wait(60)
            killpoint.disarm()
            self.daemon.start()
        self.assert_baseline()

    def test_rebuilt(self):
        """An emptied Redis in the load: care.facts knows of it, or the events do."""
        self.daemon.settings += ["checkpoint.interval_seconds=1"]
        self.daemon.start()
        self.wait_until_live()
        self.start_load()
        self.load()
        self.wait(lambda: all(one["checkpoint"] and not one["changed_since_checkpoint"]
                              for one in self.daemon.status()["partitions"]), "checkpoints")
        self.daemon.kill()
        self.redis.set_back(None)
        self.daemon.start()
        self.wait_until_live()
        self.assertEqual(["L1", "L1"], self.open_loads())
        self.assert_silent()
        self.feed("feed.load_ended", load="L1")
        self.assert_baseline()

    def test_load_that_never_ends(self):
        """It has lasted a day in forty seconds."""
        self.daemon.start()
        self.wait_until_live()
        self.feed("feed.load_started", recorded_at=care.ago(hours=24, seconds=-40), load="L1")
        self.wait(lambda: self.open_loads() == ["L1", "L1"], "the load to be open on both partitions")
        self.load()
        self.assert_silent()
        self.wait(lambda: self.open_loads() == [], "the load to be cut short", 90)
        self.assert_baseline()
        self.assertEqual(2, self.daemon.status()["counters"]["loads_cut_short"])

    def overdue_since_an_hour(self, names):
        """Interviews that were due an hour ago."""
        self.publish([one for name in names for one in care.missing_and_back(f"child/{name}", care.ago(hours=73))])
        self.wait_until_caught_up()
        self.wait_until_live()

    def test_nightly_feed(self):
        """A deadline waits until the feed is complete up to it, and is not marked then."""
        names = ["N-1", "N-2", "N-3", "N-4"]
        self.daemon.start()
        self.wait_until_live()
        self.feed("feed.complete_to", feed="nightly", complete_to=care.text(care.ago(hours=2)), usual_interval_hours=24)
        self.wait(lambda: all(one["feeds"] for one in self.daemon.status()["partitions"]), "the feed on both partitions")
        self.overdue_since_an_hour(names)
        self.assertNotIn("overdue", {one["data"]["state"] for one in self.alerts()})
        self.assertEqual((0, ""), self.problems())
        self.feed("feed.complete_to", feed="nightly", complete_to=care.text(care.ago(minutes=1)), usual_interval_hours=24)
        self.wait_for_agreement()
        self.assert_each_once()
        self.assertEqual(set(), {one["id"] for one in self.alerts() if "stale_since" in one["data"]})

    def test_feed_not_waited_for(self):
        """Without patience it is said at once, and marked."""
        complete_to = care.text(care.ago(hours=2))
        self.daemon.settings += ["feeds.wait_hours=0"]
        self.daemon.start()
        self.wait_until_live()
        self.feed("feed.complete_to", feed="nightly", complete_to=complete_to)
        self.wait(lambda: all(one["feeds"] for one in self.daemon.status()["partitions"]), "the feed on both partitions")
        self.overdue_since_an_hour(["N-1", "N-2", "N-3", "N-4"])
        self.wait_for_agreement()
        self.assertEqual({complete_to}, {one["data"].get("stale_since") for one in self.alerts()
                                         if one["data"]["state"] == "overdue"})

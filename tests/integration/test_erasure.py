"""The right to erasure on real servers: nothing of the child remains, nothing brings it back, and readers are told."""

import json

import care
import remains
from case import ServersTest


class Erasure(ServersTest):
    """A child with an overdue interview is erased; another one is not."""

    def setUp(self):
        super().setUp()
        self.daemon.start()
        self.episode = care.missing_and_back("child/GONE", care.ago(hours=80))
        self.publish(self.episode + care.missing_and_back("child/STAYS", care.ago(hours=80)))
        self.wait_for_alert("child/GONE|return-interview|missing:GONE-M1#overdue")
        self.wait_for_alert("child/STAYS|return-interview|missing:STAYS-M1#overdue")
        self.older = self.redis.copy()

    def erase(self):
        """Published, and done with."""
        self.publish([care.event("record.erased", "child/GONE", care.now(), basis="request")])
        self.wait_for_alert("child/GONE|return-interview|missing:GONE-M1#cancelled")
        self.wait(lambda: not remains.in_redis(self.redis, "GONE"), "Redis to hold nothing of the child")

    def assert_gone(self):
        """Neither Redis nor what readers keep by key says anything of it; the other child is whole."""
        self.wait_until_live()
        self.assertEqual([], remains.in_redis(self.redis, "GONE"))
        self.assertEqual([], remains.in_topic(self.kafka, self.topics["alerts_latest"], "GONE"))
        self.wait_for_agreement()
        self.assertEqual({"child/STAYS"}, {alert.split("|")[0] for alert in care.fold(self.alerts())})
        self.assert_each_once()

    def receipts(self):
        """What is left for the authority to show."""
        latest = remains.newest(self.kafka, self.topics["alerts_latest"]).values()
        return [one for one in map(json.loads, latest) if one["type"] == "care.notice.issued"]

    def test_erased(self):
        """Alerts and ladder are ended, and a receipt with no reference says what was done."""
        self.erase()
        self.assert_gone()
        ended = [one["id"] for one in self.escalations() if one["type"] == "care.escalation.ended"]
        self.assertIn("child/GONE|return-interview|missing:GONE-M1#rung-1-ended", ended)
        receipt, = self.receipts()
        cancelled = [one for one in self.alerts() if one["subject"] == "child/GONE" and one["data"]["state"] == "cancelled"]
        self.assertEqual((2, len(cancelled)), (receipt["data"]["events_removed"], receipt["data"]["alerts_cancelled"]))
        self.assertGreater(receipt["data"]["log_removed_by"], receipt["time"])
        self.assertNotIn("GONE", json.dumps(receipt))
        counters = self.daemon.status()["counters"]
        self.assertEqual((1, 2), (counters["erasures"], counters["facts_erased"]))
        self.assert_verified()

    def test_late_and_again(self):
        """A copy of an old event, the erasure again, a void of it and a correction of what is gone change nothing."""
        self.erase()
        said = len(self.alerts())
        void = care.event("record.voided", "child/GONE", care.now(), target=self.events[-1]["id"])
        old = care.event("missing.ended", "child/GONE", care.ago(hours=90), care.ago(hours=90), episode="GONE-M0")
        self.publish(self.episode + [self.events[-1], old])
        self.publish([care.event("visit.made", "child/STAYS", care.now(), kind="statutory", seen=True)])
        self.wait_until_caught_up()
        self.assert_gone()
        self.publish([void, {**care.event("missing.ended", "child/GONE", care.ago(hours=80), episode="GONE-M1"),
                             "data": {**self.episode[1]["data"], "replaces": self.episode[1]["id"]}}])
        self.wait_until_caught_up()
        self.wait_until_live()
        self.wait_for_agreement()
        self.assertEqual(said, len(self.alerts()))

    def test_new_record(self):
        """What is recorded later begins anew, under ids that were never used."""
        self.erase()
        self.publish(care.missing_and_back("child/GONE", care.ago(hours=80)))
        self.wait_for_agreement()
        self.assertIn("child/GONE|return-interview|missing:GONE-M1", care.fold(self.alerts()))
        self.assert_each_once()

    def test_emptied(self):
        """Redis is built again from the topics, which have all of it still."""
        self.erase()
        self.daemon.kill()
        self.redis.set_back(None)
        self.daemon.start()
        self.assert_gone()
        self.assertEqual(1, len(self.receipts()))

    def test_set_back(self):
        """A backup of Redis has the child still: set back below the running daemon, and while it is down."""
        self.erase()
        self.redis.set_back(self.older)
        self.publish(self.episode)  # with its next write the daemon sees what has happened
        self.wait(lambda: not remains.in_redis(self.redis, "GONE"), "the child to be erased again")
        self.assert_gone()
        self.daemon.kill()
        self.redis.set_back(self.older)
        self.daemon.start()
        self.wait(lambda: not remains.in_redis(self.redis, "GONE"), "the child to be erased again")
        self.assert_gone()
        self.assertEqual(1, len(self.receipts()))

"""Late, voided, corrected and repeated records change what is said, and never twice."""

import care
from case import ServersTest


class Records(ServersTest):
    """One child at a time, each statement waited for before the next record."""

    def setUp(self):
        super().setUp()
        self.daemon.start()

    def overdue_interview(self, child):
        """A return 80 hours ago of which nothing more is known; returns the alert and the episode's reference."""
        self.publish(care.missing_and_back(child, care.ago(hours=80)))
        episode = f"{child.split('/')[1]}-M1"
        alert = f"{child}|return-interview|missing:{episode}"
        self.wait_for_alert(f"{alert}#overdue")
        return alert, episode

    def interview(self, child, episode, hours_ago, **options):
        """The record of an interview that long ago."""
        return care.event("return_interview.completed", child, care.ago(hours=hours_ago), episode=episode, **options)

    def test_recorded_late_then_voided(self):
        """In time but recorded late: the alert was never true. Without that record it is again."""
        alert, episode = self.overdue_interview("child/LATE")
        record = self.interview("child/LATE", episode, 70)
        self.publish([record])
        self.wait_for_alert(f"{alert}#withdrawn")
        self.publish([care.event("record.voided", "child/LATE", care.now(), target=record["id"])])
        said = self.wait_for_alert(f"{alert}#overdue.2")
        self.assertEqual("care.alert.raised", said["type"])
        self.wait_for_agreement()
        self.assert_each_once()
        rungs = [one["id"].split("#")[1] for one in self.escalations()]
        self.assertIn("rung-1-ended", rungs)

    def test_met_late(self):
        """An interview after the deadline closes the alert and ends its ladder."""
        alert, episode = self.overdue_interview("child/MET")
        self.publish([self.interview("child/MET", episode, 1)])
        self.wait_for_alert(f"{alert}#met_late")
        self.wait_for_agreement()
        self.assertEqual({}, care.fold([one for one in self.alerts() if one["data"]["rule"] == "return-interview"]))

    def test_corrected(self):
        """A corrected return moves the deadline of the same alert."""
        alert, episode = self.overdue_interview("child/CORRECTED")
        wrong = next(one for one in self.events if one["type"] == "missing.ended")
        self.publish([care.event("missing.ended", "child/CORRECTED", care.ago(hours=50), episode=episode,
                                 replaces=wrong["id"])])
        said = self.wait_for_alert(f"{alert}#due_soon")
        self.assertEqual("care.alert.changed", said["type"])
        self.wait_for_agreement()
        self.assert_each_once()

    def test_repeated(self):
        """A source that sends everything again, in another order, changes nothing."""
        self.overdue_interview("child/AGAIN")
        before = [one["id"] for one in self.alerts()]
        care.publish(self.kafka, self.topics["events"], list(reversed(self.events)) * 3)
        self.wait_until_caught_up()
        self.wait_for_agreement()
        self.assertEqual(before, [one["id"] for one in self.alerts()])

    def test_order_does_not_matter(self):
        """The end of an episode before its start, the interview before both."""
        child, episode = "child/ORDER", "ORDER-M1"
        events = [*care.missing_and_back(child, care.ago(hours=80)), self.interview(child, episode, 79)]
        self.publish(list(reversed(events)))
        self.overdue_interview("child/OTHER")
        self.wait_for_agreement()
        self.assertEqual([], [one["id"] for one in self.alerts() if one["subject"] == child
                              and one["data"]["rule"] == "return-interview"])

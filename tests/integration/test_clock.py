"""Deadlines fire by the clock, in time and once, also when nobody was there at the time."""

import care
from case import ServersTest


class Clock(ServersTest):
    """A return interview is due 72 hours after the return, to the millisecond."""

    def deadline_in(self, child, **units):
        """Publishes a return that makes the interview due that soon; returns the due instant and the alert."""
        returned = care.ago(hours=72) + care.datetime.timedelta(**units)
        returned = returned.replace(microsecond=returned.microsecond // 1000 * 1000)
        self.publish(care.missing_and_back(child, returned))
        alert = f"{child}|return-interview|missing:{child.split('/')[1]}-M1"
        return returned + care.datetime.timedelta(hours=72), alert

    def test_overdue_within_a_second(self):
        """The alert is on the topic within a second of the deadline, and its clock says the deadline."""
        self.daemon.start()
        self.deadline_in("child/WARM-UP", hours=-1)
        self.wait_for_alert("child/WARM-UP|return-interview|missing:WARM-UP-M1#overdue")
        due, alert = self.deadline_in("child/CLOCK", seconds=5)
        self.wait_for_alert(f"{alert}#due_soon")
        said = self.wait_for_alert(f"{alert}#overdue")
        self.assertEqual(due, care.datetime.datetime.fromisoformat(said["data"]["due_at"].replace("Z", "+00:00")))
        self.assertEqual("clock", said["data"]["said_because"])
        published = next(found.timestamp for found in self.kafka.read(self.topics["alerts"])
                         if care.json.loads(found.value)["id"] == f"{alert}#overdue")
        late_ms = published - due.timestamp() * 1000
        self.assertGreaterEqual(late_ms, 0)
        self.assertLess(late_ms, 1000)
        self.assertEqual([f"{alert}#rung-1"], [one["id"] for one in self.escalations() if one["data"]["alert"] == alert])

    def test_due_while_down(self):
        """Due while the daemon was down: said once when it is back, with the due instant that it always had."""
        self.daemon.start()
        due, alert = self.deadline_in("child/DOWN", seconds=4)
        self.wait_for_alert(f"{alert}#due_soon")
        self.daemon.kill()
        self.wait(lambda: care.now() > due, "the deadline to pass")
        self.daemon.start()
        said = self.wait_for_alert(f"{alert}#overdue")
        self.assertEqual(due, care.datetime.datetime.fromisoformat(said["data"]["due_at"].replace("Z", "+00:00")))
        self.daemon.stop()
        self.daemon.start()
        self.publish([care.event("missing.started", "child/LATER", care.ago(hours=1), episode="L1", kind="M")])
        self.wait_until_caught_up()
        self.wait_for_agreement()
        self.assert_each_once()

    def test_many_at_once(self):
        """Two hundred deadlines in the same instant are two hundred alerts."""
        self.daemon.start()
        returned = care.ago(hours=72) + care.datetime.timedelta(seconds=6)
        for number in range(200):
            self.events += care.missing_and_back(f"child/MANY-{number}", returned)
        care.publish(self.kafka, self.topics["events"], self.events)
        self.wait(lambda: sum(one["data"]["state"] == "overdue" and one["data"]["rule"] == "return-interview"
                              for one in self.alerts()) == 200, "200 overdue")
        self.wait_for_agreement()
        self.assert_each_once()

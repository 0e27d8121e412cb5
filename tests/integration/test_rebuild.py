"""State that is gone and events that retention has removed: care.facts has the facts, care.alerts.latest what was said."""

import json

import care
import processes
from case import ServersTest
from daemon import Killpoint


class Rebuild(ServersTest):
    """A checkpoint every second."""

    settings = ("checkpoint.interval_seconds=1", "checkpoint.records_max=2")

    def say(self, *names):
        """Overdue interviews of these children, each said before this returns."""
        for name in names:
            self.publish(care.missing_and_back(f"child/{name}", care.ago(hours=80)))
        for name in names:
            self.wait_for_alert(f"child/{name}|return-interview|missing:{name}-M1#overdue")

    def wait_for_checkpoint(self):
        """Waits until care.facts is complete up to the end of every partition that has events."""
        def complete():
            ends = self.kafka.ends(self.topics["events"])
            markers = self.markers()
            return all(markers.get(p, {"events": 0})["events"] >= end for p, end in ends.items())
        self.wait(complete, "a checkpoint up to the end")

    def markers(self):
        """{partition: positions} of what care.facts is complete up to."""
        return {found.partition: json.loads(found.value)["complete_to"]
                for found in self.kafka.read(self.topics["facts"]) if found.key.startswith(b"#checkpoint/")}

    def cut(self):
        """What retention does: care.events has none of its events any more."""
        self.kafka.delete_records(self.topics["events"])

    def log(self):
        """The daemon's log."""
        return self.daemon.log.read_text(encoding="utf-8")

    def assert_whole(self):
        """Everything is there, once, and goes on."""
        self.wait_for_agreement(seconds=90)
        self.say("NEXT-1", "NEXT-2")
        self.wait_for_agreement()
        self.assert_each_once()

    def test_emptied_and_events_cut(self):
        """An empty Redis, and nothing left of the events but the checkpoint."""
        self.daemon.start()
        self.say("A", "B", "C", "D", "E")
        self.wait_for_checkpoint()
        self.daemon.stop()
        self.cut()
        self.redis.set_back(None)
        self.daemon.start()
        self.assert_whole()
        self.assertIn("from the checkpoint", self.log())
        self.assertEqual(0, self.daemon.status()["counters"]["offsets_lost"])

    def test_emptied_with_a_tail(self):
        """Events behind the checkpoint are read; those before it are not."""
        self.daemon.start()
        self.say("A", "B", "C")
        self.wait_for_checkpoint()
        self.daemon.kill()
        self.publish([one for name in ("T1", "T2", "T3", "T4")
                      for one in care.missing_and_back(f"child/{name}", care.ago(hours=80))])
        self.redis.set_back(None)
        self.daemon.start()
        self.assert_whole()
        self.assertLess(self.daemon.status()["counters"]["messages"], len(self.events))

    def test_set_back_behind_the_cut(self):
        """Yesterday's Redis, whose position lies before the first event that is left."""
        self.daemon.start()
        self.say("A", "B")
        older = self.redis.copy()
        self.say("C", "D")
        self.publish([care.event("return_interview.completed", "child/A", care.ago(hours=1), episode="A-M1")])
        self.wait_for_alert("child/A|return-interview|missing:A-M1#met_late")
        self.wait_for_checkpoint()
        self.daemon.kill()
        self.cut()
        self.redis.set_back(older)
        self.daemon.start()
        self.assert_whole()
        self.assertEqual(0, self.daemon.status()["counters"]["offsets_lost"])

    def test_neither(self):
        """No checkpoint and no events: told loudly, and gone on with what there is."""
        self.daemon = self.new_daemon(settings=("checkpoint.interval_seconds=0",)).start()
        self.say("A", "B", "C")
        self.daemon.stop()
        self.cut()
        self.redis.set_back(None)
        self.daemon.start()
        self.wait_until_live()
        _, output = self.daemon.tool_status()
        self.assertIn("To do: retention removed events before they were read", output)
        self.assertIn("were removed before they were read", self.log())
        self.publish(care.missing_and_back("child/NEXT", care.ago(hours=80)))
        self.wait_for_alert("child/NEXT|return-interview|missing:NEXT-M1#overdue")
        self.assert_each_once()

    def test_killed_during_the_checkpoint(self):
        """Dies before and after its N-th write while a checkpoint is written; then everything is gone but Kafka."""
        killpoint = Killpoint(self.folder, self.kafka, self.redis)
        self.daemon = self.new_daemon(killpoint=killpoint).start()
        deaths = 0
        for writes in range(1, 9):
            for after in (False, True):
                self.wait_until_live()
                self.say(*(f"K{writes}{'A' if after else 'B'}-{letter}" for letter in "XYZ"))
                killpoint.arm(writes, after)
                processes.wait_until(lambda: not self.daemon.process.running(), "death in a checkpoint", 30)
                deaths += 1
                killpoint.disarm()
                self.daemon.start()
        self.wait_for_checkpoint()
        self.daemon.kill()
        self.cut()
        self.redis.set_back(None)
        self.daemon.start()
        self.assert_whole()
        self.assertEqual(0, self.daemon.status()["counters"]["offsets_lost"])
        self.assertEqual(16, deaths)

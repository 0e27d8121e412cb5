"""Redis comes back older than what has been said: Kafka knows better, and nothing is said twice or forgotten."""

import care
from case import ServersTest


class Fallback(ServersTest):
    """A restored backup, a fail-over to a replica that lagged, an emptied Redis."""

    def setUp(self):
        super().setUp()
        self.daemon.start()

    def say(self, *names):
        """Overdue interviews of these children, each said before this returns."""
        for name in names:
            self.publish(care.missing_and_back(f"child/{name}", care.ago(hours=80)))
        for name in names:
            self.wait_for_alert(f"child/{name}|return-interview|missing:{name}-M1#overdue")

    def assert_whole(self):
        """Everything is there, once, and goes on."""
        self.wait_for_agreement(seconds=90)
        self.say("NEXT-1", "NEXT-2")
        self.wait_for_agreement()
        self.assert_each_once()

    def test_set_back_while_running(self):
        """Set back below a running daemon."""
        self.say("A", "B", "C")
        older = self.redis.copy()
        self.say("D", "E", "F")
        self.redis.set_back(older)
        self.say("G", "H")
        self.assert_whole()

    def test_set_back_while_down(self):
        """Set back while the daemon is down."""
        self.say("A", "B", "C")
        older = self.redis.copy()
        self.say("D", "E", "F")
        self.daemon.kill()
        self.redis.set_back(older)
        self.daemon.start()
        self.assert_whole()

    def test_set_back_twice(self):
        """Set back, gone on, and set back again to the same copy."""
        self.say("A", "B")
        older = self.redis.copy()
        self.say("C", "D")
        self.redis.set_back(older)
        self.say("E", "F")
        self.redis.set_back(older)
        self.say("G", "H")
        self.assert_whole()

    def test_closed_since(self):
        """What was closed since the copy is not opened again."""
        self.say("A", "B")
        older = self.redis.copy()
        self.publish([care.event("return_interview.completed", "child/A", care.ago(hours=1), episode="A-M1")])
        self.wait_for_alert("child/A|return-interview|missing:A-M1#met_late")
        self.redis.set_back(older)
        self.assert_whole()

    def test_emptied(self):
        """An empty Redis: the state is built again from Kafka."""
        self.say("A", "B", "C")
        self.daemon.kill()
        self.redis.set_back(None)
        self.daemon.start()
        self.assert_whole()

    def test_emptied_while_running(self):
        """Emptied below a running daemon."""
        self.say("A", "B", "C")
        self.redis.set_back(None)
        self.say("D")
        self.assert_whole()

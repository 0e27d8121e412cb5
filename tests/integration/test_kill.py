"""The kill sweep: the daemon dies before or after its N-th write to Redis or Kafka, for every N from the first poll to the
trim, and is started again. Whatever the point, the alerts left open are those that are due, and each was said once."""

import collections
import os
import signal

import care
import processes
from case import ServersTest
from daemon import Killpoint, Strace

ALL = bool(os.environ.get("WATCHKEEPER_ALL"))


class KillSweep(ServersTest):
    """A round: arm, let something happen, die, start again, compare. The state goes on from round to round."""

    rounds = 0

    def setUp(self):
        super().setUp()
        self.killpoint = Killpoint(self.folder, self.kafka, self.redis)
        self.daemon = self.new_daemon(killpoint=self.killpoint)
        self.steps = collections.Counter()
        self.after = False

    def new_children(self):
        """Six new references, which is enough to have both partitions among them."""
        self.rounds += 1
        return [f"child/R{self.rounds}-{letter}" for letter in "ABCDEF"]

    def dies(self, seconds):
        """Waits for the armed death; False when there was no such write."""
        try:
            processes.wait_until(lambda: not self.daemon.process.running(), "death", seconds, 0.02)
        except processes.Timeout:
            return False
        self.steps[("after " if self.after else "before ") + self.killpoint.step()] += 1
        return True

    def revive(self):
        """Starts the daemon again, and everything must be right."""
        self.killpoint.disarm()
        self.daemon.start()
        self.settle()

    def settle(self):
        """Everything is right, and the daemon is idle: the next write is the first of the next round."""
        self.killpoint.disarm()
        self.wait_for_agreement()
        self.wait_until_live()
        self.assert_each_once()

    def sweep(self, happen, limit, seconds):
        """Arms the N-th write for N = 1, 2 ..., before and after, until nothing dies any more or the limit is reached."""
        points = 0
        writes = 1
        while points < limit:
            for self.after in (False, True):
                happen(lambda writes=writes: self.killpoint.arm(writes, self.after))
                if not self.dies(seconds):
                    self.settle()
                    return points
                points += 1
                self.revive()
            writes += 1
        return points

    def report(self, points, least):
        """Says what was covered."""
        print(f"{self.id()}: {points} points: " + ", ".join(f"{n} {step}" for step, n in sorted(self.steps.items())))
        self.assertGreaterEqual(points, least)
        self.assertEqual([], self.kafka.read(self.topics["deadletter"]), "an innocent event was buried")

    def test_records(self):
        """New records on several partitions, of which alerts come."""
        self.daemon.start()
        self.settle()

        def happen(arm):
            arm()
            for child in self.new_children():
                self.publish(care.missing_and_back(child, care.ago(hours=80)))
        self.report(self.sweep(happen, 400 if ALL else 60, 3), 24)

    def test_timers_only(self):
        """A deadline fires and no record comes."""
        self.daemon.start()
        self.settle()

        def happen(arm):
            returned = care.ago(hours=72) + care.datetime.timedelta(seconds=1.5)
            children = self.new_children()
            for child in children:
                self.publish(care.missing_and_back(child, returned))
            for child in children:
                self.wait_for_alert(f"{child}|return-interview|missing:{child[6:]}-M1#due_soon")
            arm()
        self.report(self.sweep(happen, 400 if ALL else 32, 4), 12)

    def test_start(self):
        """Dies while it starts: the epoch, the load, and what was left in the outbox."""
        def happen(arm):
            if self.daemon.process and self.daemon.process.running():
                self.daemon.kill()
            for child in self.new_children():
                self.publish(care.missing_and_back(child, care.ago(hours=80)))
            arm()
            self.daemon.start()
        self.report(self.sweep(happen, 400 if ALL else 40, 6), 16)


class StraceSweep(ServersTest):
    """The release binary as it is, killed by strace at its N-th network write after it was attached to: one thread's N-th, in
    the order in which the kernel sees them, so fetches and heartbeats count too."""

    def setUp(self):
        if not Strace.works():
            print("NOT TESTED: the kill sweep under strace (strace cannot attach to a process here)")
            self.skipTest("no strace")
        super().setUp()
        self.points = collections.Counter()
        self.daemon.start()
        self.wait_until_live()

    def strike(self, name, number, prepare, happen):
        """Attaches, lets something happen, waits for the death, and starts the daemon again: everything must be right."""
        children = [f"child/S{name}{number}-{letter}" for letter in "ABCDEF"] # enough to have both partitions among them
        prepare(children)
        with Strace(self.daemon.process, name, number):
            happen(children)
            try:
                processes.wait_until(lambda: not self.daemon.process.running(), "death", 4, 0.02)
                self.points[name] += 1
            except processes.Timeout:
                self.daemon.kill() # no thread makes so many of these calls: a plain kill, and not counted
        self.daemon.start()
        self.wait_for_agreement()
        self.wait_until_live()
        self.assert_each_once()

    def sweep(self, prepare, happen, limits, least):
        """Strikes at the first calls of each name."""
        for name, limit in limits.items():
            for number in range(1, (60 if ALL else limit) + 1):
                self.strike(name, number, prepare, happen)
        print(f"{self.id()}: {sum(self.points.values())} points: "
              + ", ".join(f"{n} {name}" for name, n in sorted(self.points.items())))
        self.assertGreaterEqual(sum(self.points.values()), least)

    def test_records(self):
        """Records on both partitions, from the poll to the trim."""
        def publish(children):
            for child in children:
                self.publish(care.missing_and_back(child, care.ago(hours=80)))
        self.sweep(lambda children: None, publish, {"sendmsg": 16, "write": 10}, 22)

    def test_timers_only(self):
        """A deadline fires and no record comes: attached to shortly before."""
        def prepare(children):
            returned = care.ago(hours=72) + care.datetime.timedelta(seconds=2)
            for child in children:
                self.publish(care.missing_and_back(child, returned))
            for child in children:
                self.wait_for_alert(f"{child}|return-interview|missing:{child[6:]}-M1#due_soon")
            near = returned + care.datetime.timedelta(hours=72, seconds=-0.2)
            processes.wait_until(lambda: care.now() >= near, "the deadline to be near")
        self.sweep(prepare, lambda children: None, {"sendmsg": 12, "write": 8}, 16)


class FreezeSweep(ServersTest):
    """The daemon freezes before its N-th write; another of the same name takes its place; the frozen one wakes up and goes on
    with that very write. Redis and Kafka must refuse it, or have it counted once."""

    def next_daemon(self, number):
        """Another daemon that believes to be the same."""
        self.killpoint = Killpoint(self.folder, self.kafka, self.redis, str(number))
        self.daemon = self.new_daemon(place=f"place-{number}", killpoint=self.killpoint).start()
        self.wait_until_live()

    def test_frozen(self):
        """At every write of a batch of two partitions and its transaction."""
        steps = collections.Counter()
        limit = 60 if ALL else 16
        self.next_daemon(0)
        for writes in range(1, limit + 1):
            self.killpoint.arm(writes, number=signal.SIGSTOP)
            self.publish([one for letter in "ABCDEF"
                          for one in care.missing_and_back(f"child/F{writes}-{letter}", care.ago(hours=80))])
            frozen, killpoint = self.daemon, self.killpoint
            try:
                processes.wait_until(frozen.process.frozen, "the daemon to freeze", 3, 0.02)
            except processes.Timeout:
                break
            steps[killpoint.step()] += 1
            self.next_daemon(writes)
            frozen.process.resume()
            self.publish(care.missing_and_back(f"child/F{writes}-AFTER", care.ago(hours=80)))
            self.wait_for_agreement()
            self.assert_each_once()
            frozen.kill()
        print(f"{self.id()}: {sum(steps.values())} points: " + ", ".join(f"{n} {name}" for name, n in sorted(steps.items())))
        self.assertGreaterEqual(sum(steps.values()), 8)
        self.wait_for_agreement()
        self.assert_each_once()

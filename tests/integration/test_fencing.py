"""A daemon that was frozen past its session timeout wakes up and goes on with the very write at which it froze. Another daemon
has its partitions by then: Redis must refuse the write, and Kafka the transaction."""

import signal

import care
import processes
from case import ServersTest
from daemon import Killpoint


class Fencing(ServersTest):
    """Two daemons of one group; the first freezes, the second takes over when the session is over."""

    settings = ("kafka.session_timeout_ms=6000",)

    def setUp(self):
        super().setUp()
        self.killpoint = Killpoint(self.folder, self.kafka, self.redis)
        self.frozen = self.new_daemon(place="frozen", killpoint=self.killpoint).start()
        self.daemon = self.frozen
        self.wait_until_live()
        self.rounds = 0

    def publish_children(self):
        """New children, enough to have both partitions among them, whose interviews are overdue."""
        self.rounds += 1
        for letter in "ABCDEF":
            self.publish(care.missing_and_back(f"child/Z{self.rounds}-{letter}", care.ago(hours=80)))

    def freeze_at(self, wanted):
        """Freezes the daemon before its next write of that kind, whatever lies between."""
        for _ in range(40):
            self.killpoint.arm(1, number=signal.SIGSTOP)
            self.publish_children()
            processes.wait_until(self.frozen.process.frozen, "the daemon to freeze", 10, 0.01)
            step = self.killpoint.step()
            if step == wanted:
                return
            while step != wanted:
                self.killpoint.arm(1, number=signal.SIGSTOP)
                self.frozen.process.resume()
                try:
                    processes.wait_until(lambda: self.killpoint.step() != "", "the next write", 1, 0.005)
                except processes.Timeout:
                    break # the batch is over; the next one
                processes.wait_until(self.frozen.process.frozen, "the daemon to freeze", 10, 0.005)
                step = self.killpoint.step()
            if step == wanted:
                return
        self.fail(f"the daemon never came to {wanted}")

    def epochs(self):
        """The epoch in Redis, by partition."""
        return [int(self.redis.command("HGET", f"{{wk:{number}}}:meta", "epoch")) for number in range(self.partitions)]

    def take_over(self):
        """Another daemon gets all partitions, and everything is said."""
        before = self.epochs()
        self.daemon = self.new_daemon(instance="2").start()
        self.wait_until_live(90)
        self.wait_for_agreement()
        after = self.epochs()
        self.assertTrue(all(new > old for old, new in zip(before, after)), f"epochs {before}, then {after}")
        return after

    def wake(self, word):
        """The frozen one goes on until its log says that it has lost its place; nothing that it wrote counts."""
        epochs = self.take_over()
        start = self.frozen.log.stat().st_size
        self.killpoint.disarm()
        self.frozen.process.resume()
        self.frozen.process.wait_for_line(word, 60, start)
        self.assertTrue(all(new >= old for old, new in zip(epochs, self.epochs())), "a former epoch came back")
        self.publish_children()
        self.wait_for_agreement()
        self.assert_each_once()

    def test_redis_refuses(self):
        """Frozen before a write to Redis."""
        self.freeze_at("Redis")
        self.wake("Redis has another epoch or revision")

    def test_kafka_refuses(self):
        """Frozen before it ends a transaction: were that accepted, everything in it would be there twice."""
        self.freeze_at("EndTxn")
        self.wake("revoked: ")

"""What an earlier version wrote is read and written on; what a later one wrote is refused, and never misread."""

import pathlib
import subprocess

import care
import processes
from care import ROOT
from case import ServersTest
from daemon import Killpoint

NEXT = ROOT / "build/release/tests/watchkeeperd_next"
CANNOT_RUN = 2


def next_version():
    """The daemon of the next version, brought up to date."""
    done = subprocess.run(["cmake", "--build", "--preset", "release", "--target", "watchkeeperd_next"], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    return pathlib.Path(NEXT)


class Versions(ServersTest):
    """Redis as the first version left it, and daemons of this and the next version in one group."""

    writes = 0

    def say(self, *names):
        """Overdue interviews of these children, each said before this returns."""
        for name in names:
            self.publish(care.missing_and_back(f"child/{name}", care.ago(hours=80)))
        for name in names:
            self.wait_for_alert(f"child/{name}|return-interview|missing:{name}-M1#overdue")

    def make_first_version(self):
        """Turns what is in Redis into what the first version wrote: no version in records, fewer fields in meta, entries of
        the outbox that begin with 1, and nothing noted as changed."""
        for key in self.redis.command("KEYS", "{wk:*"):
            if ":record:" in key:
                self.redis.command("HDEL", key, "version")
            elif key.endswith(":meta"):
                self.redis.command("HSET", key, "schema", "1")
                self.redis.command("HDEL", key, "rebuilding", "checkpoint.at", "checkpoint.events", "checkpoint.links")
            elif key.endswith(":changed"):
                self.redis.command("DEL", key)
            elif key.endswith(":outbox"):
                flat = self.redis.command("HGETALL", key)
                for field, value in zip(flat[::2], flat[1::2]):
                    self.redis.command("HSET", key, field, "1" + value[1:])

    def schemas(self):
        """The versions of the partitions in Redis."""
        return {self.redis.command("HGET", f"{{wk:{n}}}:meta", "schema") for n in range(self.partitions)}

    def test_first_version(self):
        """State of the first version, with entries that have not been published."""
        killpoint = Killpoint(self.folder, self.kafka, self.redis)
        self.daemon = self.new_daemon(killpoint=killpoint).start()
        self.say("A", "B", "C")
        self.wait_until_live()
        while not any(self.redis.command("HLEN", f"{{wk:{n}}}:outbox") for n in range(self.partitions)):
            if not self.daemon.process.running():
                killpoint.disarm()
                self.daemon.start()
                self.wait_until_live()
            self.writes += 1
            killpoint.arm(self.writes)
            self.publish(care.missing_and_back(f"child/D{self.writes}", care.ago(hours=80)))
            processes.wait_until(lambda: not self.daemon.process.running(), "death", 20)
        self.daemon.wanted = False
        self.make_first_version()
        self.daemon = self.new_daemon(settings=("checkpoint.interval_seconds=1",)).start()
        self.wait_for_agreement(seconds=90)
        self.say("E")
        self.assert_each_once()
        self.assertEqual({"2"}, self.schemas())
        subjects = {one["subject"].encode() for one in self.events}
        self.wait(lambda: subjects <= {found.key for found in self.kafka.read(self.topics["facts"])},
                  "every subject on care.facts")

    def test_rolling_upgrade(self):
        """Two daemons of one group, one after the other replaced by the next version."""
        program = next_version()
        self.daemon.start()
        other = self.new_daemon(instance="2").start()
        self.wait(lambda: len(other.status().get("partitions", [])) == 1, "the daemons to share the partitions")
        self.say("A", "B", "C", "D")
        self.assertEqual({"2"}, self.schemas())
        other.stop()
        upgraded = self.new_daemon(instance="2", program=program).start()
        self.wait(lambda: self.schemas() == {"2", "3"}, "the upgraded daemon to have taken its partition")
        self.say("E", "F", "G", "H")
        self.daemon.stop()
        self.daemon = self.new_daemon(program=program).start()
        self.wait(lambda: self.schemas() == {"3"}, "both to be upgraded")
        self.say("I", "J", "K", "L")
        upgraded.check()
        self.wait_for_agreement()
        self.assert_each_once()

    def test_newer_is_refused(self):
        """A daemon of this version finds what the next one wrote: it ends with 2 and says why, and changes nothing."""
        program = next_version()
        self.daemon = self.new_daemon(program=program).start()
        self.say("A", "B", "C")
        self.daemon.stop()
        before = {key: self.redis.command("HGETALL", key) for key in self.redis.command("KEYS", "{wk:*}:meta")}
        old = self.new_daemon()
        old.start()
        status = processes.wait_until(lambda: old.process.popen.poll(), "the older daemon to end")
        self.assertEqual(CANNOT_RUN, status)
        self.assertRegex(old.log.read_text(encoding="utf-8"),
                         r"the key \{wk:\d+\}:meta in Redis at \S+ has version 3 and this daemon knows 2.*upgrade this daemon")
        after = {key: self.redis.command("HGETALL", key) for key in self.redis.command("KEYS", "{wk:*}:meta")}
        self.assertEqual(before, after)
        self.daemon = self.new_daemon(program=program).start()
        self.wait_for_agreement()
        self.assert_each_once()

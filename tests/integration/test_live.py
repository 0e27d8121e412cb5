"""`explain`, `duties` and `verify` on the live state say what they say of the events themselves."""

import json
import os
import pathlib
import subprocess

import care
import processes
from case import ServersTest


class Live(ServersTest):
    """A daemon that has taken a caseload; the tool beside it."""

    def setUp(self):
        super().setUp()
        self.daemon.start()
        start = care.ago(days=200).date().isoformat()
        self.publish(care.sample(12, start, 200, 5))
        self.publish(care.missing_and_back("child/LIVE", care.ago(hours=80)))
        self.lines = self.folder / "events.jsonl"
        self.lines.write_text("".join(json.dumps(one) + "\n" for one in self.events), encoding="utf-8")

    def from_file(self, command, *arguments):
        """(exit status, output) for the events in a file, without any server."""
        done = subprocess.run([care.TOOL, command, *arguments, "--events", self.lines], capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stdout

    def from_redis(self, command, *arguments):
        """(exit status, output) of the live state, and nothing told beside it."""
        done = subprocess.run([care.TOOL, command, *arguments, *self.daemon.arguments()], capture_output=True, text=True,
                              check=False)
        self.assertEqual("", done.stderr)
        return done.returncode, done.stdout

    def settle(self):
        """Waits until the daemon has taken and said everything."""
        self.wait_until_live()
        self.wait_for_agreement()
        self.wait(lambda: all(one["outbox"] == 0 and one["lag"] == 0 for one in self.daemon.status()["partitions"]),
                  "everything to be published")

    def test_duties(self):
        """Every duty of every subject at one instant, now and half-way."""
        self.settle()
        for at in (care.text(care.now()), care.text(care.ago(days=60))):
            told = self.from_file("duties", "--at", at, "--json")
            self.assertGreater(len(told[1].splitlines()), 20)
            self.assertEqual(told, self.from_redis("duties", "--at", at, "--json"))
            self.assertEqual(self.from_file("duties", "--at", at), self.from_redis("duties", "--at", at))

    def test_explain(self):
        """Each subject, and then what has been said of it."""
        self.settle()
        at = care.text(care.now())
        children = sorted({one["subject"] for one in self.events if one["subject"].startswith("child/")})
        explained = [one for one in children if self.from_file("explain", one)[0] == 0]
        self.assertGreater(len(explained), 10)
        for subject in explained:
            for form in ((), ("--json",)):
                code, told = self.from_file("explain", subject, "--true-at", at, *form)
                live_code, live = self.from_redis("explain", subject, "--true-at", at, *form)
                self.assertEqual((code, told), (live_code, live[:len(told)]))
                self.assertNotEqual("", live[len(told):])
        code, told = self.from_redis("explain", "child/LIVE", "return-interview", "--json")
        duty, said = map(json.loads, told.splitlines())
        self.assertEqual((0, "overdue", "child/LIVE", []), (code, duty["state"], said["subject"], said["waiting"]))
        self.assertEqual([("return-interview", "missing:LIVE-M1", "overdue", duty["due_at"])],
                         [(one["rule"], one["anchor"], one["state"], one["due_at"]) for one in said["said"]])
        self.assertRegex(self.from_redis("explain", "child/LIVE")[1], r"return-interview +missing:LIVE-M1 +overdue +1 ")

    def test_explain_what_waits(self):
        """What has been said and is not published yet: the outbox as a power cut leaves it."""
        self.settle()
        self.daemon.stop()
        said = [one for one in self.alerts() if one["subject"] == "child/LIVE"]
        partition = next(number for number in range(self.partitions)
                         if self.redis.command("EXISTS", f"{{wk:{number}}}:record:child/LIVE"))
        for number, one in enumerate(said, 1):
            value, key = json.dumps(one).encode(), one["subject"].encode()
            head = f"1 alerts {partition} {len(key)} {len(value)}\n".encode()
            self.redis.command("HSET", f"{{wk:{partition}}}:outbox", f"9:{number}", head + key + value)
        _, told = self.from_redis("explain", "child/LIVE", "return-interview", "--json")
        ids = [one["id"] for one in said if "|return-interview|" in one["id"]]
        self.assertTrue(ids)
        self.assertEqual(ids, json.loads(told.splitlines()[-1])["waiting"])
        self.assertIn(f"Waits to be published: {ids[0]}\n", self.from_redis("explain", "child/LIVE")[1])

    def test_verify(self):
        """Everything said follows from the log; a statement that does not is named."""
        self.settle()
        done = subprocess.run([care.TOOL, "verify", *self.daemon.arguments()], capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn(" 0 do not, 0 are missing", done.stderr)
        self.assertNotIn("\n0 statements follow", "\n" + done.stderr)
        wrong = next(one for one in self.alerts() if one["data"]["state"] == "overdue")
        wrong["data"]["due_at"] = "2020-01-01T00:00:00Z"
        care.publish(self.kafka, self.topics["alerts"], [wrong])
        done = subprocess.run([care.TOOL, "verify", *self.daemon.arguments()], capture_output=True, text=True, check=False)
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertIn(wrong["id"], done.stdout)

    def test_nothing_is_written(self):
        """Reading changes nothing in Redis, not even the daemon's function."""
        self.settle()
        self.daemon.stop()
        self.redis.command("FUNCTION", "FLUSH")
        def state():
            return {key: self.redis.command("DUMP", key) for key in self.redis.command("KEYS", "*")}
        before = state()
        self.from_redis("duties")
        self.from_redis("explain", "child/LIVE")
        self.assertEqual(before, state())
        self.assertEqual([], self.redis.command("FUNCTION", "LIST"))

    def test_errors_name_address_and_remedy(self):
        """No address, nobody there, nothing there."""
        def told(command, *arguments):
            done = subprocess.run([care.TOOL, command, *arguments], capture_output=True, text=True, check=False,
                                  stdin=subprocess.DEVNULL, env={**os.environ, "HOME": str(pathlib.Path(self.folder))})
            self.assertEqual(2, done.returncode, done.stdout)
            return done.stderr
        address = f"127.0.0.1:{processes.free_port()}"
        self.redis.command("FLUSHALL")
        for command in (("duties",), ("explain", "child/X")):
            self.assertIn("redis.url is not set", told(*command))
            said = told(*command, "--set", f"redis.url=redis://{address}")
            self.assertIn(address, said)
            self.assertIn("redis.url", said)
            said = told(*command, "--set", f"redis.url={self.redis.url}/7")
            self.assertIn("there is no state of a daemon in Redis at ", said)
            self.assertIn("redis.url", said)
        self.assertIn("kafka.bootstrap_servers is not set", told("verify"))
        said = told("verify", "--set", f"kafka.bootstrap_servers={address}")
        self.assertIn(address, said)
        self.assertIn("kafka.bootstrap_servers", said)

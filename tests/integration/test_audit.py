"""The auditor: what is broken behind the daemon's back is found, repaired and told, and nothing else is."""

import json
import pathlib
import subprocess

import care
from case import ServersTest
from kafka import Record


class Audit(ServersTest):
    """Damage is done to Redis and Kafka while the daemon runs, and audited on demand."""

    partitions = 2

    def setUp(self):
        super().setUp()
        self.daemon.start()

    # ---- what it says ----

    def audit(self, status):
        """`watchkeeper audit --json`, which must end with that status."""
        done = subprocess.run([care.TOOL, "audit", "--json", *self.daemon.arguments()], capture_output=True, text=True,
                              check=False, timeout=120)
        self.assertEqual(status, done.returncode, f"{done.stdout}{done.stderr}\n{self.daemon.process.tail()}")
        return json.loads(done.stdout)

    def assert_found(self, findings, repaired=None):
        """Just these, each repaired and told in the log."""
        audit = self.audit(1)
        self.assertEqual(findings, audit["findings"], audit["listed"])
        self.assertEqual(sum(findings.values()) if repaired is None else repaired, audit["repaired"], audit["listed"])
        log = pathlib.Path(self.daemon.log).read_text(encoding="utf-8")
        for kind in findings:
            self.assertIn(f"audit_finding: {kind}: partition ", log)

    def assert_clean(self):
        """Nothing is found."""
        audit = self.audit(0)
        self.assertEqual({}, audit["findings"], audit["listed"])
        return audit

    # ---- what is damaged ----

    def overdue(self, name):
        """A child whose return interview is overdue and said; returns its subject and the alert."""
        child = f"child/{name}"
        self.publish(care.missing_and_back(child, care.ago(hours=80)))
        alert = f"{child}|return-interview|missing:{name}-M1"
        self.wait_for_alert(f"{alert}#overdue")
        self.wait_until_live()
        return child, alert

    def home(self, child):
        """The partition of a child, as Redis has it."""
        return next(number for number in range(self.partitions)
                    if self.redis.command("EXISTS", f"{{wk:{number}}}:record:{child}"))

    def key(self, child, kind):
        """The name of one of the keys of the child's partition."""
        return f"{{wk:{self.home(child)}}}:{kind}"

    def latest(self, alert):
        """What care.alerts.latest has of the alert, None for a tombstone."""
        found = [one for one in self.kafka.read(self.topics["alerts_latest"]) if one.key == alert.encode()]
        return found[-1].value if found else None

    # ---- the tests ----

    def test_a_caseload_without_damage(self):
        """Nothing is found in a caseload, also while events flow and after a restart."""
        events = care.sample(20, "2026-01-01", 120, seed=11)
        self.publish(events[:len(events) // 2])
        self.wait_until_live()
        care.publish(self.kafka, self.topics["events"], events[len(events) // 2:])
        self.assert_clean()
        self.wait_until_caught_up()
        self.wait_until_live()
        audit = self.assert_clean()
        self.assertEqual([0, 1], [one["partition"] for one in audit["partitions"] if one["covered"]])
        self.assertGreater(audit["subjects"], 15)
        self.assertGreater(audit["alerts"], 10)
        self.assertGreater(audit["statements"], audit["alerts"])
        self.daemon.stop()
        self.daemon.start()
        self.wait_until_live()
        self.assertEqual(audit["subjects"], self.assert_clean()["subjects"])

    def test_timers(self):
        """One deleted, one moved, one too many."""
        child, _ = self.overdue("A")
        other, _ = self.overdue("B")
        timers = self.key(child, "timers")
        was = self.redis.command("ZSCORE", timers, child)
        self.redis.command("ZREM", timers, child)
        self.assert_found({"timer_missing": 1})
        self.assertEqual(was, self.redis.command("ZSCORE", timers, child))
        self.redis.command("ZADD", self.key(other, "timers"), 9000000000000, other)
        self.redis.command("ZADD", timers, 9000000000000, "child/NOBODY")
        self.assert_found({"timer_wrong": 1, "timer_orphan": 1})
        self.assertIsNone(self.redis.command("ZSCORE", timers, "child/NOBODY"))
        self.assert_clean()

    def test_memory(self):
        """What Redis forgot and Kafka knows is not said again; what neither knows is said."""
        child, alert = self.overdue("A")
        field = "said:" + alert.split("|", 1)[1]
        said = self.redis.command("HGET", self.key(child, f"record:{child}"), field)
        self.redis.command("HDEL", self.key(child, f"record:{child}"), field)
        self.assert_found({"memory_lost": 1})
        self.assertEqual(json.loads(said),
                         json.loads(self.redis.command("HGET", self.key(child, f"record:{child}"), field)))
        self.assert_clean()
        self.assert_each_once()
        before = len(self.alerts())
        self.redis.command("HDEL", self.key(child, f"record:{child}"), field)
        self.kafka.produce(self.topics["alerts_latest"],
                           [Record(key=alert.encode(), value=None, partition=self.home(child))])
        self.assert_found({"alert_unsaid": 1})
        self.wait(lambda: len(self.alerts()) == before + 1, "the alert to be said")
        self.wait_until_live()
        self.assert_clean()

    def test_latest(self):
        """A statement that somebody erased from care.alerts.latest is written there again, and nowhere else."""
        child, alert = self.overdue("A")
        before = json.loads(self.latest(alert))
        alerts = len(self.alerts())
        self.kafka.produce(self.topics["alerts_latest"],
                           [Record(key=alert.encode(), value=None, partition=self.home(child))])
        self.assert_found({"latest_missing": 1})
        self.wait(lambda: self.latest(alert), "the statement to be there again")
        after = json.loads(self.latest(alert))
        self.assertEqual((before["id"], before["data"]["said"]), (after["id"], after["data"]["said"]))
        self.assertEqual(alerts, len(self.alerts()))
        self.wait_until_live()
        self.assert_clean()

    def test_readers_table(self):
        """A row that is gone, and one that should not be there."""
        child, alert = self.overdue("A")
        roles = self.redis.command("SMEMBERS", self.key(child, "roles"))
        row = next(self.key(child, f"open:{role}") for role in roles
                   if self.redis.command("HEXISTS", self.key(child, f"open:{role}"), alert))
        was = self.redis.command("HGET", row, alert)
        self.redis.command("HDEL", row, alert)
        self.redis.command("HSET", row, f"{child}|iha|care:2020-01-01", was)
        self.assert_found({"open_missing": 1, "open_orphan": 1})
        self.assertEqual(json.loads(was), json.loads(self.redis.command("HGET", row, alert)))
        self.assert_clean()

    def test_records(self):
        """A fact cut short, with the record in memory and without; a record that is gone."""
        child, _ = self.overdue("A")
        record = self.key(child, f"record:{child}")
        self.redis.command("HSET", record, "fact:1", '{"type":"missing.en')
        self.assert_found({"record_damaged": 1})
        self.assert_clean()
        self.daemon.stop()
        self.daemon.start()
        self.wait_until_live()
        facts = sorted(self.redis.command("HVALS", record))
        self.redis.command("HSET", record, "fact:1", '{"type":"missing.en')
        self.assert_found({"record_damaged": 1})
        self.wait(lambda: sorted(self.redis.command("HVALS", record)) == facts, "the facts to be there again")
        self.wait_until_live()
        self.assert_clean()
        self.redis.command("DEL", record)
        self.daemon.stop()
        self.daemon.start()
        self.wait_until_live()
        self.assert_found({"record_missing": 1})
        self.wait(lambda: self.redis.command("HLEN", record) == len(facts), "the record to be there again")
        self.wait_until_live()
        self.assert_clean()
        self.wait_for_agreement()
        self.assert_each_once()

    def test_outbox(self):
        """An entry that nobody will ever publish."""
        child, _ = self.overdue("A")
        self.redis.command("HSET", self.key(child, "outbox"), "1:0", "1 alerts 0 -1 -1\n")
        self.assert_found({"outbox_wrong": 1})
        self.assertEqual(0, self.redis.command("EXISTS", self.key(child, "outbox")))
        self.assert_clean()

    def test_in_the_background(self):
        """Without being asked."""
        child, _ = self.overdue("A")
        self.wait(lambda: self.daemon.status()["counters"]["audit_rounds"] >= self.partitions, "first rounds", 120)
        was = self.redis.command("ZSCORE", self.key(child, "timers"), child)
        self.redis.command("ZREM", self.key(child, "timers"), child)
        self.wait(lambda: self.redis.command("ZSCORE", self.key(child, "timers"), child) == was, "the timer", 120)
        counters = self.daemon.status()["counters"]
        self.assertEqual((1, {"timer_missing": 1}), (counters["audit_repaired"], counters["audit_findings_by_kind"]))

    def test_for_people(self):
        """The table says what was covered, and a daemon that is not there is told with the remedy."""
        self.overdue("A")
        done = subprocess.run([care.TOOL, "audit", *self.daemon.arguments()], capture_output=True, text=True,
                              check=False, timeout=120)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("Partitions     0 1\n", done.stdout)
        self.assertIn("Subjects       1\n", done.stdout)
        self.daemon.stop()
        done = subprocess.run([care.TOOL, "audit", *self.daemon.arguments()], capture_output=True, text=True,
                              check=False, timeout=120)
        self.assertEqual(2, done.returncode)
        self.assertIn("is it running", done.stderr)

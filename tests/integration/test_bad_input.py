"""What cannot be read goes to the dead letters as it came, and stops nothing; what is misplaced is passed on."""

import json

import care
from case import ServersTest
from kafka import Record


class BadInput(ServersTest):
    """Messages that a broken case system might send."""

    def setUp(self):
        super().setUp()
        self.daemon.start()

    def test_dead_letters(self):
        """Key, value and headers byte for byte, with Kafka Connect's headers; the good one behind them is read."""
        good = care.missing_and_back("child/GOOD", care.ago(hours=80))
        broken = dict(care.event("care.started", "child/BAD", "2024-13-01", legal_status="V2", arrangement="full"))
        lacking = care.event("missing.started", "child/BAD", care.ago(hours=1), kind="M")
        unknown = care.event("care.begun", "child/BAD", care.ago(hours=1))
        header = [("content-type", b"application/cloudevents+json"), ("trace", b"\x00\xff"), ("empty", b"")]
        letters = [
            ("not_json", b"{\"specversion\": \xff"), ("bad_date", json.dumps(broken).encode()),
            ("missing_field", json.dumps(lacking).encode()), ("unknown_type", json.dumps(unknown).encode()),
        ]
        self.kafka.produce(self.topics["events"],
                           [Record(key=b"child/GOOD", value=value, headers=header) for _, value in letters])
        self.publish(good)
        self.wait_for_alert("child/GOOD|return-interview|missing:GOOD-M1#overdue")
        found = self.wait(lambda: len(self.kafka.read(self.topics["deadletter"])) >= 4 and
                          self.kafka.read(self.topics["deadletter"]), "four dead letters")
        self.assertEqual(4, len(found))
        sent = {value: kind for kind, value in letters}
        for letter in found:
            self.assertEqual(b"child/GOOD", letter.key)
            self.assertEqual(header, letter.headers[:3])
            self.assertEqual(sent[letter.value], letter.header("__connect.errors.exception.class.name"))
            self.assertEqual(self.topics["events"], letter.header("__connect.errors.topic"))
            self.assertTrue(letter.header("__connect.errors.exception.message"))
        offsets = sorted(int(letter.header("__connect.errors.offset")) for letter in found)
        partition = {letter.header("__connect.errors.partition") for letter in found}
        self.assertEqual(1, len(partition))
        self.assertEqual([0, 1, 2, 3], offsets)

    def test_dead_letters_once(self):
        """A dead letter is part of the same transaction as everything else: a killed daemon does not repeat it."""
        self.kafka.produce(self.topics["events"], [Record(key=b"x", value=b"no json")])
        self.wait(lambda: self.kafka.read(self.topics["deadletter"]), "the dead letter")
        self.daemon.kill()
        self.daemon.start()
        self.publish(care.missing_and_back("child/AFTER", care.ago(hours=80)))
        self.wait_for_agreement()
        self.assertEqual(1, len(self.kafka.read(self.topics["deadletter"])))

    def test_binary_mode(self):
        """An event whose attributes are headers is the same event."""
        for one in care.missing_and_back("child/BINARY", care.ago(hours=80)):
            self.events.append(one)
            headers = [(f"ce_{key}", one[key].encode()) for key in ("specversion", "id", "source", "type", "subject", "time")]
            headers.append(("content-type", b"application/json"))
            self.kafka.produce(self.topics["events"], [
                Record(key=one["subject"].encode(), value=json.dumps(one["data"]).encode(), headers=headers)])
        self.wait_for_alert("child/BINARY|return-interview|missing:BINARY-M1#overdue")
        self.wait_for_agreement()

    def test_wrong_partition(self):
        """An event on another partition than its key's is passed on, and its alert is said on the right one, once."""
        child = "child/ASTRAY"
        first, second = care.missing_and_back(child, care.ago(hours=80))
        self.publish([first])
        home = self.kafka.read(self.topics["events"])[0].partition
        self.kafka.produce(self.topics["events"], [care.record(second, partition=1 - home)])
        self.events.append(second)
        self.wait_for_alert(f"{child}|return-interview|missing:ASTRAY-M1#overdue")
        self.wait_for_agreement()
        self.assert_each_once()
        self.assertEqual({home}, {found.partition for found in self.kafka.read(self.topics["alerts"])})

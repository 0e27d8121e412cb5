"""Everything that a daemon writes to Kafka is as the published schemas say, without room for a key more."""

import json
import subprocess

import jsonschema

import care
from case import ServersTest


def strict_schema(name):
    """A validator of that type."""
    done = subprocess.run([care.TOOL, "schema", "--strict", name], capture_output=True, text=True, check=True)
    return jsonschema.Draft202012Validator(json.loads(done.stdout))


class Schema(ServersTest):
    """A caseload with a merge, an erasure and an event that cannot be read."""

    settings = ("checkpoint.interval_seconds=1",)

    def setUp(self):
        super().setUp()
        self.validators = {}
        self.daemon.start()
        start = care.ago(days=200).date().isoformat()
        self.publish(care.sample(15, start, 200, 5))
        gone = care.missing_and_back("child/GONE", care.ago(hours=80))
        self.publish(gone + care.missing_and_back("child/OLD", care.ago(hours=80)))
        self.wait_for_alert("child/GONE|return-interview|missing:GONE-M1#overdue")
        self.wait_for_alert("child/OLD|return-interview|missing:OLD-M1#overdue")
        self.publish([care.event("record.merged", "child/OLD", care.now(), into="NEW"),
                      care.event("record.erased", "child/GONE", care.now(), basis="request")])
        self.wait_for_alert("child/GONE|return-interview|missing:GONE-M1#cancelled")
        self.wait_for_alert("child/OLD|return-interview|missing:OLD-M1#withdrawn")
        self.wait_for_alert("child/NEW|return-interview|missing:OLD-M1#overdue")
        care.publish(self.kafka, self.topics["events"], [care.event("visit.made", "child/BAD", care.now())])
        self.wait(lambda: self.kafka.read(self.topics["deadletter"]), "the dead letter")
        self.wait_until_live()
        self.wait(lambda: {"checkpoint.facts", "checkpoint.marker"} == self.kinds("facts"), "a checkpoint")

    def messages(self, topic):
        """(type, value) of every message that is no tombstone."""
        for found in self.kafka.read(self.topics[topic]):
            if found.value is not None:
                value = json.loads(found.value)
                marker = found.key.startswith(b"#checkpoint/")
                yield value.get("type", "checkpoint.marker" if marker else "checkpoint.facts"), value

    def kinds(self, topic):
        """The types that are there."""
        return {kind for kind, _ in self.messages(topic)}

    def assert_described(self, topic, *wanted):
        """Each message by the schema of its type; those types, at least, are there."""
        for kind, value in self.messages(topic):
            if kind not in self.validators:
                self.validators[kind] = strict_schema(kind)
            self.validators[kind].validate(value)
        self.assertLessEqual(set(wanted), self.kinds(topic))

    def test_everything_written_is_as_its_schema_says(self):
        """On each topic."""
        self.assert_described("alerts", "care.alert.raised", "care.alert.cleared", "care.alert.withdrawn")
        self.assert_described("alerts_latest", "care.alert.raised", "care.notice.issued")
        self.assert_described("escalations", "care.escalation.raised", "care.escalation.ended")
        self.assert_described("links", "missing.started", "missing.ended")
        self.assert_described("facts", "checkpoint.facts", "checkpoint.marker")
        for kind, value in self.messages("alerts_latest"):
            self.assertEqual("said" in value["data"], kind != "care.notice.issued", value["id"])
        letter, = self.kafka.read(self.topics["deadletter"])
        document = json.loads(subprocess.run([care.TOOL, "schema"], capture_output=True, check=True).stdout)
        headers = document["components"]["messages"]["deadletter"]["headers"]
        jsonschema.validate({name: value.decode() for name, value in letter.headers}, headers)

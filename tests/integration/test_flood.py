"""A subject that is flooded with events: its record is full at some number, what comes then goes to the dead letters, and the
other subjects of the partition are told of as ever."""

import re

import care
from case import ServersTest

HEADER = (care.ROOT / "include/engine.h").read_text(encoding="utf-8")
FACTS_MAX = int(re.search(r"RECORD_FACTS_MAX = (\d+)", HEADER).group(1))


class Flood(ServersTest):
    """One partition, so that all are its neighbours."""

    partitions = 1

    def test_flood(self):
        """Episodes without end: the costliest kind, as each is an alert of its own."""
        flood = []
        for number in range(FACTS_MAX // 2 + 25):
            one = care.missing_and_back("child/FLOOD", care.ago(hours=80, minutes=number))
            for event in one:
                event["data"]["episode"] = f"M{number}"
            flood += one
        before = care.missing_and_back("child/BEFORE", care.ago(hours=80))
        after = care.missing_and_back("child/AFTER", care.ago(hours=80))
        self.publish(before)
        care.publish(self.kafka, self.topics["events"], flood)
        self.publish(after)
        self.daemon.start()
        for child in ("BEFORE", "AFTER"):
            self.wait_for_alert(f"child/{child}|return-interview|missing:{child}-M1#overdue", 120)
        self.wait_until_live(120)
        counters = self.daemon.status()["counters"]
        self.assertEqual(50, counters["dead_letters_by_class"]["record_full"])
        self.assertEqual(FACTS_MAX + 4, counters["facts"])
        self.assertEqual(0, counters["reloads"])
        self.assert_each_once()
        # The flooded child still has a live record: one event more is one more dead letter, and nothing else.
        more = care.missing_and_back("child/LATER", care.ago(hours=80))
        care.publish(self.kafka, self.topics["events"],
                     [care.event("missing.started", "child/FLOOD", care.ago(hours=1), episode="X", kind="M")])
        self.publish(more)
        self.wait_for_alert("child/LATER|return-interview|missing:LATER-M1#overdue", 120)
        self.assertEqual(51, self.daemon.status()["counters"]["dead_letters_by_class"]["record_full"])

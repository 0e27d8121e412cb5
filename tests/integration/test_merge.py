"""Two references of one child on real servers, on partitions of their own: one record, one alert, said once."""

import care
import remains
from case import ServersTest

PAIRS = 4


class Merge(ServersTest):
    """Old references OLD-n of children NEW-n; each has an overdue interview under the old one."""

    def setUp(self):
        super().setUp()
        self.daemon.start()
        for number in range(PAIRS):
            self.publish(care.missing_and_back(f"child/OLD-{number}", care.ago(hours=80)))
        self.wait_for_open(["OLD-%d" % number for number in range(PAIRS)])

    def wait_for_open(self, references):
        """Exactly these children have their interview open, and `duties` says so too."""
        def ids():
            return sorted({alert.split("|")[0].removeprefix("child/") for alert in care.fold(self.alerts())})
        self.wait(lambda: ids() == sorted(references), f"open alerts of {references}")
        self.wait_for_agreement()
        self.assert_each_once()

    def merge(self, number, into=None, old=None):
        """The event."""
        return care.event("record.merged", f"child/{old or f'OLD-{number}'}", care.now(), into=into or f"NEW-{number}")

    def merge_all(self):
        """Each pair."""
        merges = [self.merge(number) for number in range(PAIRS)]
        self.publish(merges)
        self.wait_for_open(["NEW-%d" % number for number in range(PAIRS)])
        return merges

    def crossing(self):
        """Whether some fact had to go from one partition to another."""
        home = {}
        for found in self.kafka.read(self.topics["links"]):
            home.setdefault(found.key, found.partition)
        old = {found.key: found.partition for found in self.kafka.read(self.topics["events"])}
        return any(home.get(b"child/NEW-%d" % number) not in (None, old[b"child/OLD-%d" % number])
                   for number in range(PAIRS))

    def test_merged(self):
        """The duty is the survivor's; what comes under either reference meets it."""
        self.merge_all()
        self.assertTrue(self.crossing())
        withdrawn = [one["id"] for one in self.alerts() if one["data"]["state"] == "withdrawn"]
        self.assertIn("child/OLD-0|return-interview|missing:OLD-0-M1#withdrawn", withdrawn)
        self.publish([
            care.event("return_interview.completed", "child/OLD-0", care.ago(hours=1), episode="OLD-0-M1"),
            care.event("return_interview.completed", "child/NEW-1", care.ago(hours=1), episode="OLD-1-M1")])
        self.wait_for_open(["NEW-2", "NEW-3"])
        self.assert_verified()

    def test_twice_and_before(self):
        """The merge again, and a merge that comes before the events of its subject."""
        merges = self.merge_all()
        self.publish(merges)
        self.publish([self.merge(9)])
        self.publish(care.missing_and_back("child/OLD-9", care.ago(hours=80), care.ago(hours=79)))
        self.wait_for_open(["NEW-0", "NEW-1", "NEW-2", "NEW-3", "NEW-9"])

    def test_voided(self):
        """It is taken back, and said again of the old reference."""
        merges = self.merge_all()
        self.publish([care.event("record.voided", "child/OLD-0", care.now(), target=merges[0]["id"])])
        self.wait_for_open(["OLD-0", "NEW-1", "NEW-2", "NEW-3"])

    def test_chain_and_ring(self):
        """NEW-0 into NEW-1; NEW-2 into OLD-2 again, which closes a ring that somebody must survive."""
        self.merge_all()
        self.publish([self.merge(0, old="NEW-0", into="NEW-1"), self.merge(0, old="NEW-2", into="OLD-2")])
        self.wait_for_open(["NEW-1", "NEW-2", "NEW-3"])
        alerts = care.fold(self.alerts())
        self.assertIn("child/NEW-1|return-interview|missing:OLD-0-M1", alerts)

    def test_rebuilt(self):
        """From an emptied Redis, and from an older copy: nothing is said again."""
        older = self.redis.copy()
        self.merge_all()
        said = len(self.alerts())
        for copy in (None, older):
            self.daemon.kill()
            self.redis.set_back(copy)
            self.daemon.start()
            self.wait_until_live()
            self.wait_for_open(["NEW-%d" % number for number in range(PAIRS)])
        self.assertEqual(said, len(self.alerts()))

    def test_erased(self):
        """Erasing the child's surviving reference erases the old one too, wherever it lies."""
        self.merge_all()
        self.publish([care.event("record.erased", "child/NEW-0", care.now())])
        self.wait_for_open(["NEW-1", "NEW-2", "NEW-3"])
        for reference in ("NEW-0", "OLD-0"):
            self.wait(lambda reference=reference: not remains.in_redis(self.redis, reference), f"{reference} to be gone")
            self.assertEqual([], remains.in_topic(self.kafka, self.topics["alerts_latest"], reference))

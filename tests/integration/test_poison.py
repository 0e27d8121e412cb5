"""An event that ends the daemon each time it is applied goes to the dead letters; nothing else does, and nothing is lost."""

import os
import pathlib
import subprocess

import care
import processes
from case import ServersTest


class Poison(ServersTest):
    """A supervisor starts the daemon again and again, as systemd does, until it lives."""

    partitions = 1
    starts = 0

    def setUp(self):
        super().setUp()
        library = self.folder / "poison.so"
        source = pathlib.Path(__file__).parent / "poison.c"
        subprocess.run(["gcc", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
        self.kills = self.folder / "kills"
        self.daemon = self.new_daemon(env={"LD_PRELOAD": str(library), "POISON_KILLS": str(self.kills)})

    def supervise(self, condition, what):
        """Waits for the condition, and starts the daemon whenever it has ended."""
        def seen():
            if not (self.daemon.process and self.daemon.process.running()):
                self.starts += 1
                self.assertLess(self.starts, 20, self.daemon.process and self.daemon.process.tail())
                self.daemon.start()
            return condition()
        return processes.wait_until(seen, what, 90, 0.05)

    def letters(self):
        """The dead letters by now."""
        return self.kafka.read(self.topics["deadletter"])

    def poisoned(self, step):
        """An event that kills at this step, among innocent ones."""
        for letter in "ABC":
            self.publish(care.missing_and_back(f"child/{step}-{letter}", care.ago(hours=80)))
        poison = care.event("missing.started", f"child/{step}-P", care.ago(hours=90), event_id=f"poison-{step}",
                            episode="P1", kind="M")
        care.publish(self.kafka, self.topics["events"], [poison])
        for letter in "DEF":
            self.publish(care.missing_and_back(f"child/{step}-{letter}", care.ago(hours=80)))

    def assert_buried(self, steps):
        """These and no others, each once, with their class."""
        letters = self.letters()
        self.assertEqual(sorted(f'"poison-{step}"' for step in steps),
                         sorted(next(word for word in letter.value.decode().replace(",", " ").split() if "poison-" in word)
                                for letter in letters))
        self.assertEqual({"poison"}, {letter.header("watchkeeper.error.class") for letter in letters})

    def check(self, steps):
        """Buries them all, says what is due of the innocent ones, and lives on."""
        self.supervise(lambda: len(self.letters()) >= len(steps), "the dead letters")
        self.supervise(lambda: care.comparable(care.fold(self.alerts())) ==
                       care.open_duties(self.events, care.text(care.now())), "what is due of the others")
        starts = self.starts
        self.publish(care.missing_and_back("child/AFTER", care.ago(hours=80)))
        self.wait_for_agreement()
        self.wait_until_live()
        self.assertEqual(starts, self.starts)
        self.assert_buried(steps)
        self.assert_each_once()
        counters = self.daemon.status()["counters"]
        self.assertEqual(0, counters["subjects_set_aside"])

    def test_decode(self):
        """It dies before anything of the event is known."""
        self.poisoned("decode")
        self.check(["decode"])
        self.assertLessEqual(self.starts, 5)

    def test_apply(self):
        """It dies while the fact is written."""
        self.poisoned("apply")
        self.check(["apply"])

    def test_derive_live(self):
        """It dies when the subject is derived, of an event that comes while everything is at peace."""
        self.supervise(lambda: self.daemon.status().get("loaded"), "the daemon to run")
        self.wait_until_live()
        self.poisoned("derive")
        self.check(["derive"])

    def test_several(self):
        """Three of them, in one backlog."""
        for step in ("decode", "apply", "derive"):
            self.poisoned(step)
        self.check(["decode", "apply", "derive"])

    def test_kills_from_outside_bury_nothing(self):
        """A daemon that is killed as soon as it takes messages, over and over, is no proof against any of them."""
        for letter in "ABCDEFGHIJ":
            self.publish(care.missing_and_back(f"child/K-{letter}", care.ago(hours=80)))
        ended = int(os.environ.get("WATCHKEEPER_ALL") and 40 or 12)
        for _ in range(ended):
            written = self.daemon.log.stat().st_size if self.daemon.log.exists() else 0
            self.daemon.start()
            self.daemon.process.wait_for_line("partition_running", start=written)
            self.daemon.kill()
        self.daemon.start()
        self.wait_for_agreement()
        self.assertEqual([], self.letters())
        self.assert_each_once()

    def test_killed_over_and_over_at_one_event(self):
        """Whoever has been there at several ends is tried in a child process, and acquitted."""
        self.kills.write_bytes(b"....")
        innocent = care.missing_and_back("child/OUTSIDE", care.ago(hours=80))
        for number, event in enumerate(innocent):
            event["id"] = f"outside-{number}"
        self.publish(care.missing_and_back("child/BEFORE", care.ago(hours=80)) + innocent)
        self.supervise(lambda: self.kills.stat().st_size == 0 and care.comparable(care.fold(self.alerts())) ==
                       care.open_duties(self.events, care.text(care.now())), "what is due to be said")
        self.assertGreaterEqual(self.starts, 5)
        self.assertEqual([], self.letters())
        self.assert_each_once()

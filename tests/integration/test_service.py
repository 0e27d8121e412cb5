"""What the service manager sees: ready, alive, stopping; and what `watchkeeper status` says of a daemon's health."""

import os
import socket
import subprocess
import threading
import time

import care
from case import ServersTest


class Service(ServersTest):
    """A service manager's socket, as Type=notify and WatchdogSec= give it."""

    def setUp(self):
        super().setUp()
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = self.folder / "notify"
        self.manager.bind(str(path))
        self.heard = []
        listener = threading.Thread(target=self.listen, daemon=True)
        listener.start()
        self.daemon = self.new_daemon(env={"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "1000000"})

    def listen(self):
        """Hears everything at once, as a manager does: a full socket would hold up the daemon."""
        while True:
            self.heard += self.manager.recv(65536).decode().split("\n")

    def wait_for_pings(self, count):
        """Waits for so many more signs of life; the manager would wait a second for each."""
        before = self.heard.count("WATCHDOG=1")
        self.wait(lambda: self.heard.count("WATCHDOG=1") >= before + count, "signs of life", count + 2)

    def test_ready_alive_stopping(self):
        """Ready, signs of life in time, a status in words, and a word when it stops."""
        self.daemon.start()
        self.wait(lambda: "READY=1" in self.heard, "readiness")
        self.wait_until_live()
        self.wait_for_pings(3)
        self.assertTrue([line for line in self.heard if line.startswith("STATUS=") and len(line) > 10])
        self.daemon.stop()
        self.assertIn("STOPPING=1", self.heard)

    def test_alive_without_servers(self):
        """Without Redis and Kafka it is no reason to be killed: it waits and says so."""
        self.daemon.start()
        self.wait_until_live()
        self.redis.stop()
        self.kafka.stop()
        self.wait_for_pings(4)
        self.kafka.start()
        self.redis.start()
        self.wait_until_live()

    def test_a_frozen_one_is_silent(self):
        """The signs of life come from the loop that does the work, so a manager notices when it hangs."""
        self.daemon.start()
        self.wait_until_live()
        self.daemon.process.pause()
        self.wait(self.daemon.process.frozen, "the daemon to freeze")
        before = len(self.heard)
        self.assertRaises(AssertionError, lambda: self.wait(lambda: len(self.heard) > before, "a sign of life", 2))
        self.daemon.process.resume()
        self.wait_for_pings(1)


class Status(ServersTest):
    """`watchkeeper status` as a health check."""

    def test_not_well_before_it_is_live(self):
        """Nobody answers, then the group has not given it its partitions, then it is well."""
        code, output = self.daemon.tool_status()
        self.assertEqual(2, code, output)
        self.assertIn(str(self.daemon.socket), output)
        self.daemon.start()
        self.wait_until_live()
        second = self.new_daemon(instance="2")
        self.daemon.process.pause() # the group waits for its answer before it gives anybody anything
        second.start()
        self.wait(lambda: second.status().get("kafka"), "the second to answer")
        code, output = second.tool_status()
        self.assertEqual(1, code, output)
        self.assertIn("Wrong: the group has not assigned any partitions yet", output)
        self.daemon.process.resume()
        for daemon in (self.daemon, second):
            self.wait(lambda asked=daemon: asked.tool_status()[0] == 0, "the daemon to be well")
            self.assertEqual({"live"}, {one["mode"] for one in daemon.status()["partitions"]})

    def test_a_stand_by_is_well(self):
        """Three daemons on two partitions: one has nothing to do, and nothing is wrong with that."""
        self.daemon.start()
        self.wait_until_live()
        second = self.new_daemon(instance="2")
        second.start()
        self.wait(lambda: second.status().get("assigned"), "the second to be assigned")
        third = self.new_daemon(instance="3")
        third.start()
        self.wait(lambda: any(one.status().get("assigned") and not one.status()["partitions"]
                              for one in (self.daemon, second, third)), "one of three to have nothing of two partitions")
        self.wait(lambda: all(one.tool_status()[0] == 0 for one in (self.daemon, second, third)), "all to be well")

    def test_found_without_being_told(self):
        """The tool finds the daemon of its configuration and no other; without a name it lists those there are."""
        env = {"XDG_RUNTIME_DIR": str(self.folder)}
        self.daemon = self.new_daemon(told_socket=False, env=env)
        other = self.new_daemon(told_socket=False, instance="2", env=env)
        names = [f"{self.prefix}watchkeeper-{self.prefix}{instance}/status.sock" for instance in "12"]
        code, output = self.daemon.tool_status()
        self.assertEqual(2, code)
        self.assertIn(f"{self.folder}/watchkeeper/{names[0]}", output)
        self.daemon.start()
        self.wait(lambda: self.daemon.tool_status()[0] == 0, "the daemon to be found and well")
        other.start()
        self.wait(lambda: other.tool_status()[0] == 0, "the other to be found and well")
        unnamed = subprocess.run([care.TOOL, "status"], capture_output=True, text=True, check=False,
                                 env={**os.environ, **env, "WATCHKEEPER_INSTANCE": ""})
        self.assertEqual(2, unnamed.returncode, unnamed.stdout)
        self.assertIn("several daemons answer", unnamed.stderr)
        for name in names:
            self.assertIn(name, unnamed.stderr)
        other.stop()
        self.assertIn("no daemon answers", other.tool_status()[1])
        self.assertEqual(0, self.daemon.tool_status()[0])
        self.daemon.stop()

    def test_what_is_not_watched(self):
        """Which duties nothing is said of, and why; a daemon that is told later takes back what it has said."""
        self.daemon.start()
        self.publish(care.missing_and_back("child/FED", care.ago(hours=80)))
        alert = "child/FED|return-interview|missing:FED-M1"
        self.wait_for_alert(f"{alert}#overdue")
        self.assertEqual([], self.daemon.status()["not_watched"])
        self.daemon.stop()
        types = ["return_interview.completed", "return_interview.declined"]
        self.daemon.settings.append(f"not_fed.{care.AUTHORITY}={','.join(types)}")
        self.daemon.start()
        self.wait_for_alert(f"{alert}#withdrawn")
        self.assertEqual([{"authority": care.AUTHORITY, "rule": "return-interview", "not_fed": types}],
                         self.daemon.status()["not_watched"])
        _, output = self.daemon.tool_status()
        self.assertIn(f"Not watched: return-interview at {care.AUTHORITY}, which does not publish {', '.join(types)}",
                      output)
        self.assertEqual("", care.fold(self.alerts()).get(alert, ""))

    def test_frequent_questions_do_not_ask_redis_each_time(self):
        """What Redis must count is asked for once a second at most."""
        self.daemon.start()
        self.wait_until_live()
        def counted():
            return int(self.redis.command("INFO", "commandstats").split("cmdstat_scard:calls=")[1].split(",")[0])
        self.wait(lambda: "subjects" in self.daemon.status()["partitions"][0], "the counts")
        before, started = counted(), time.monotonic()
        for _ in range(200):
            self.assertIn("subjects", self.daemon.status()["partitions"][0])
        seconds = time.monotonic() - started
        self.assertLessEqual(counted() - before, self.partitions * (seconds + 2))

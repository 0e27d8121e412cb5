"""What the service manager sees: ready, alive, stopping."""

import socket
import threading

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

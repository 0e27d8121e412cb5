"""Child processes of a test: they end with it, however it ends, and are waited for on a condition with a deadline."""

import os
import signal
import socket
import subprocess
import time


class Timeout(Exception):
    """A condition did not come true in time; the message says which."""


def wait_until(condition, what, seconds=30.0, pause=0.01):
    """Calls `condition` until it returns something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Timeout(f"waited {seconds:g} s for: {what}")
        time.sleep(pause)


def free_port():
    """A TCP port of 127.0.0.1 that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    """True when something listens on that port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Process:
    """A program that is killed when the test's own process dies, with its output in a file."""

    def __init__(self, command, log, env=None, stdin=subprocess.DEVNULL, stdout=None):
        self.log = log
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                stdin=stdin, stdout=stdout or out, stderr=out, env=env, start_new_session=True)
        self.pid = self.popen.pid

    def running(self):
        """True until it has ended."""
        return self.popen.poll() is None

    def signal(self, number):
        """Sends a signal, if it still runs."""
        if self.running():
            os.kill(self.pid, number)

    def wait(self, seconds=60):
        """Its exit status (negative: the signal that ended it); what it takes longer than that is an error."""
        return self.popen.wait(seconds)

    def stop(self, seconds=60):
        """Asks it to end and waits; after the deadline it is killed, and that is an error."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Timeout(f"{self.popen.args[3]} did not stop within {seconds} s of SIGTERM; see {self.log}") from None

    def kill(self):
        """Ends it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        return self.wait()

    def pause(self):
        """Freezes it, as an overloaded machine would."""
        self.signal(signal.SIGSTOP)

    def frozen(self):
        """True while it is stopped by a signal."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "T"

    def resume(self):
        """Lets a frozen one go on."""
        self.signal(signal.SIGCONT)

    def tail(self, lines=40):
        """The end of its output, for a failure's message."""
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return "".join(text.readlines()[-lines:])

    def wait_for_line(self, text, seconds=60, start=0):
        """Waits until its output, from byte `start` on, holds `text`; an early end is an error."""
        def seen():
            with open(self.log, "rb") as out:
                out.seek(start)
                if text.encode() in out.read():
                    return True
            if not self.running():
                raise Timeout(f"ended with {self.popen.returncode} before it said '{text}':\n{self.tail()}")
            return False
        try:
            wait_until(seen, f"'{text}' in {self.log}", seconds, 0.05)
        except Timeout as late:
            raise Timeout(f"{late}\n{self.tail()}") from None

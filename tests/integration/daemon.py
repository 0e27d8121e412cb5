"""The daemon under test: the release build, against real servers."""

import ctypes
import json
import mmap
import os
import pathlib
import signal
import socket
import subprocess

import processes
import topics
from care import ROOT, TOOL

PROGRAM = ROOT / "build/release/watchkeeperd"


class Daemon:
    """One daemon. Its settings outlive stop, kill and start. `instance` tells the daemons of a group apart; `place` names its
    files, for two that believe to be the same instance."""

    def __init__(self, kafka, redis, folder, prefix="", instance="1", place=None, settings=(), killpoint=None, env=None,
                 told_socket=True, program=PROGRAM):
        self.folder = pathlib.Path(folder)
        self.log = self.folder / f"watchkeeperd-{place or instance}.log"
        self.group = f"{prefix}watchkeeper"
        self.socket = self.folder / f"status-{place or instance}.sock" if told_socket else None
        self.settings = [
            f"kafka.bootstrap_servers={kafka.bootstrap}", f"redis.url={redis.url}", f"kafka.group_id={self.group}",
            f"kafka.group_instance_id={prefix}{instance}", "kafka.create_topics=false",
            *([f"status.socket={self.socket}"] if told_socket else []), *topics.settings(prefix), *settings]
        self.killpoint = killpoint
        self.env = env or {}
        self.program = program
        self.process = None
        self.wanted = False

    def arguments(self):
        """Its settings as arguments, for the tool as well."""
        return [word for setting in self.settings for word in ("--set", setting)]

    def command(self):
        """The program and its arguments."""
        return [str(self.program), *self.arguments()]

    def start(self):
        """Starts it; what must have happened before the test goes on is for the test to wait for."""
        env = {**os.environ, **self.env}
        if self.killpoint:
            env.update(self.killpoint.environment())
        self.process = processes.Process(self.command(), self.log, env=env)
        self.wanted = True
        return self

    def check(self):
        """It must not have ended by itself."""
        if self.wanted and not self.process.running():
            raise processes.Timeout(f"the daemon ended with {self.process.popen.returncode}:\n{self.process.tail()}")

    def stop(self):
        """Asks it to end; it must end with 0."""
        self.wanted = False
        status = self.process.stop()
        assert status == 0, f"the daemon ended with {status}:\n{self.process.tail()}"

    def kill(self):
        """A power cut."""
        self.wanted = False
        self.process.kill()

    def close(self):
        """At the end of a test, whatever has happened."""
        if self.process and self.process.running():
            self.process.resume()
            self.process.kill()

    def status(self):
        """What it says on its status socket, {} when it says nothing."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(15)
                connection.connect(str(self.socket))
                with connection.makefile("rb") as answer:
                    return json.loads(answer.read())
        except (OSError, ValueError):
            return {}

    def tool_status(self):
        """(exit status, output) of `watchkeeper status`."""
        return self.tool("status")

    def tool(self, command, *arguments):
        """(exit status, output) of a command of the tool with the daemon's own settings."""
        done = subprocess.run([TOOL, command, *arguments, *self.arguments()], capture_output=True, text=True,
                              check=False, env={**os.environ, **self.env})
        return done.returncode, done.stdout + done.stderr


class Killpoint:
    """Kills or freezes the daemon at a chosen write: see killpoint.c."""

    class _Page(ctypes.Structure):
        _fields_ = [("count", ctypes.c_int64), ("strike_at", ctypes.c_int64), ("after", ctypes.c_int64),
                    ("signal", ctypes.c_int64), ("step", ctypes.c_char * 40)]

    def __init__(self, folder, kafka, redis, name="1"):
        self._library = pathlib.Path(folder) / "killpoint.so"
        if not self._library.exists():
            source = pathlib.Path(__file__).parent / "killpoint.c"
            subprocess.run(["gcc", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-o", self._library, source], check=True)
        self._file = pathlib.Path(folder) / f"killpoint-{name}"
        self._file.write_bytes(bytes(ctypes.sizeof(self._Page)))
        self._ports = kafka.port, redis.port
        with open(self._file, "r+b") as file:
            self._page = self._Page.from_buffer(mmap.mmap(file.fileno(), ctypes.sizeof(self._Page)))

    def environment(self):
        """What the daemon must find in its environment."""
        return {"LD_PRELOAD": str(self._library), "KILLPOINT_FILE": str(self._file),
                "KILLPOINT_KAFKA": str(self._ports[0]), "KILLPOINT_REDIS": str(self._ports[1])}

    def arm(self, writes, after=False, number=signal.SIGKILL):
        """Strikes at that many writes from now on."""
        self._page.step = b""
        self._page.after = int(after)
        self._page.signal = number
        self._page.strike_at = self._page.count + writes

    def disarm(self):
        """Lives on."""
        self._page.strike_at = 0

    def step(self):
        """The name of the step at which it struck."""
        return self._page.step.decode()


class Strace:
    """While open: kills that process at the N-th call of a name that one of its threads makes from now on."""

    def __init__(self, process, name, number):
        self._process = process
        self._command = ["strace", "-f", "-qq", "-o", os.devnull, "-p", str(process.pid), "-e", f"trace={name}",
                         "-e", f"inject={name}:signal=KILL:when={number}"]
        self._strace = None

    @staticmethod
    def works():
        """Whether a process may be traced here at all."""
        try:
            return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            return False

    def __enter__(self):
        self._strace = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        processes.wait_until(self._attached_or_struck, "strace to attach to every thread")
        return self

    def __exit__(self, *_):
        self._strace.terminate()
        self._strace.communicate()

    def _attached_or_struck(self):
        """Whether every thread is watched; the N-th call may come, and be the last, before that."""
        if not self._process.running():
            return True
        if self._strace.poll() is not None:
            processes.wait_until(lambda: not self._process.running(),
                                 f"the death that ended strace ({self._strace.returncode}: {self._strace.stderr.read()})", 5)
            return True
        try:
            statuses = [path.read_text() for path in pathlib.Path(f"/proc/{self._process.pid}/task").glob("*/status")]
        except (FileNotFoundError, ProcessLookupError): # a thread ended meanwhile
            return False
        return statuses and all(f"TracerPid:\t{self._strace.pid}\n" in status for status in statuses)

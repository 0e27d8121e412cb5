"""A network of its own for each daemon, whose cable can be pulled: network namespaces, joined by a bridge.

Needs root and a kernel that allows it. Without it everything runs on 127.0.0.1 and no cable can be pulled, which the run says
loudly.
"""

import os
import subprocess


def _ip(*words, check=True):
    return subprocess.run(["ip", *map(str, words)], capture_output=True, text=True, check=check)


class Network:
    """A bridge with an address for the servers, and a namespace for each member."""

    def __init__(self, members):
        number = os.getpid() % 250
        self.host = f"10.251.{number}.1"
        self._bridge = f"wkb{number}"
        self._spaces = {}
        try:
            self._build(number, members)
        except (OSError, subprocess.CalledProcessError):
            self.close()
            raise

    def _build(self, number, members):
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self.host}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for place, member in enumerate(members):
            space, cable = f"wkn{number}-{place}", f"wkv{number}-{place}"
            self._spaces[member] = space, cable
            _ip("netns", "add", space)
            _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("link", "set", cable, "master", self._bridge, "up")
            _ip("-n", space, "addr", "add", f"10.251.{number}.{place + 10}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")
            _ip("-n", space, "link", "set", "lo", "up")

    def command(self, member, words):
        """The command, run inside that member's namespace (the same process: ip executes it)."""
        return ["ip", "netns", "exec", self._spaces[member][0], *words]

    def cut(self, member):
        """Pulls the cable: nothing arrives, and nobody is told."""
        _ip("link", "set", self._spaces[member][1], "down")

    def mend(self, member):
        """Puts it back."""
        _ip("link", "set", self._spaces[member][1], "up")

    def close(self):
        """Removes everything."""
        try:
            for space, _ in self._spaces.values():
                _ip("netns", "del", space, check=False)
            _ip("link", "del", self._bridge, check=False)
        except FileNotFoundError:
            pass # without ip nothing was made


class Loopback:
    """The same without namespaces."""

    host = "127.0.0.1"

    def command(self, _member, words):
        """As it is."""
        return words

    def close(self):
        """Nothing to remove."""


def make(members):
    """A Network where one can be had, else a Loopback."""
    try:
        return Network(members)
    except (OSError, subprocess.CalledProcessError):
        return Loopback()

"""What goes wrong: each fault begins, lasts for a while, and is put right again."""

import dataclasses
import typing


@dataclasses.dataclass
class Fault:
    """One kind of trouble for one thing."""

    kind: str
    victim: str
    begin: typing.Callable
    end: typing.Callable
    longest: float = 6.0  # seconds


def _nothing():
    pass


def _daemon_faults(daemon):
    def revive():
        if not daemon.process.running():
            daemon.start()
    yield Fault("SIGKILL", daemon.name, daemon.kill, revive, 4)
    yield Fault("SIGSTOP", daemon.name, daemon.process_pause, daemon.process_resume, 14)
    yield Fault("restart", daemon.name, daemon.stop_in_time, revive, 1)


def _broker_faults(broker):
    def revive():
        if not broker.process.running():
            broker.start()
    yield Fault("SIGKILL", broker.name, lambda: broker.process.kill(), revive, 5)
    yield Fault("SIGSTOP", broker.name, lambda: broker.process.pause(), lambda: broker.process.resume(), 8)
    yield Fault("restart", broker.name, lambda: broker.process.stop(), revive, 3)


def _redis_faults(sentinels):
    victim = {}

    def master(what):
        def begin():
            victim["node"] = sentinels.master()
            if victim["node"]:
                what(victim["node"])
        return begin

    def revive():
        node = victim.get("node")
        if node and not node.process.running():
            node.start()

    def on_victim(what):
        def end():
            if victim.get("node"):
                what(victim["node"])
                revive()
        return end

    def memory(limit):
        def change(node):
            if node.answers():
                node.command("CONFIG", "SET", "maxmemory", limit)
        return change
    yield Fault("SIGKILL", "the Redis master", master(lambda node: node.kill()), revive, 8)
    yield Fault("SIGSTOP", "the Redis master", master(lambda node: node.pause()), on_victim(lambda node: node.resume()), 8)
    yield Fault("restart", "the Redis master", master(lambda node: node.stop()), revive, 2)
    yield Fault("memory limit", "the Redis master", master(memory("1mb")), on_victim(memory("0")), 4)
    if all(node.has_disk for node in sentinels.nodes):
        yield Fault("disk full", "the Redis master", master(lambda node: node.fill_disk()),
                    on_victim(lambda node: node.free_disk()), 5)


def _network_faults(network, daemon):
    if hasattr(network, "cut"):
        yield Fault("network cut", daemon.name, lambda: network.cut(daemon.name), lambda: network.mend(daemon.name), 14)


def all_faults(daemons, brokers, sentinels, network):
    """Every fault that can be had here."""
    found = []
    for daemon in daemons:
        found += _daemon_faults(daemon)
        found += _network_faults(network, daemon)
    for broker in brokers:
        found += _broker_faults(broker)
    return found + list(_redis_faults(sentinels)) * 2


def not_available(sentinels, network):
    """What could not be tried on this machine, in words."""
    missing = []
    if not hasattr(network, "cut"):
        missing.append("network cuts (no network namespaces here: needs root)")
    if not all(node.has_disk for node in sentinels.nodes):
        missing.append("a full disk (no tmpfs can be mounted here: needs root)")
    return missing

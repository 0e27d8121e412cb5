"""Three Kafka brokers, each also a controller, with every topic on all three and two needed to acknowledge a write."""

import pathlib
import subprocess
import tempfile

import processes
from kafka import JVM, Kafka, KafkaError, install

COUNT = 3


def _properties(folder, node, ports, host):
    voters = ",".join(f"{place + 1}@{host}:{controller}" for place, (_, controller) in enumerate(ports))
    port, controller = ports[node - 1]
    return f"""process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder / "data"}
auto.create.topics.enable=false
num.partitions=1
default.replication.factor={COUNT}
min.insync.replicas=2
offsets.topic.num.partitions=3
offsets.topic.replication.factor={COUNT}
transaction.state.log.num.partitions=3
transaction.state.log.replication.factor={COUNT}
transaction.state.log.min.isr=2
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor={COUNT}
share.coordinator.state.topic.min.isr=2
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=3000
transaction.abort.timed.out.transaction.cleanup.interval.ms=500
broker.heartbeat.interval.ms=250
broker.session.timeout.ms=2000
replica.lag.time.max.ms=3000
num.network.threads=2
num.io.threads=2
background.threads=2
num.replica.fetchers=1
log.cleaner.dedupe.buffer.size=2097152
"""


class Broker:
    """One of the three."""

    def __init__(self, folder, node, ports, host, installed):
        self.name = f"broker {node}"
        self.folder = folder / f"broker-{node}"
        self.folder.mkdir()
        self._installed = installed
        self._settings = self.folder / "server.properties"
        self._settings.write_text(_properties(self.folder, node, ports, host), encoding="ascii")
        self.process = None

    def format(self):
        """Prepares its storage: a process to wait for."""
        return subprocess.Popen([*JVM, "-cp", f"{self._installed}/jars/*", "kafka.tools.StorageTool", "format", "-t",
                                 "d2F0Y2hrZWVwZXItdGVz", "-c", str(self._settings)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def start(self):
        """Starts it; it may wait for the others before it serves."""
        self.process = processes.Process(
            [*JVM, "-Xms128m", "-Xmx384m", "-cp", f"{self._installed}/jars/*", "kafka.Kafka", str(self._settings)],
            self.folder / "server.log")


class Brokers(Kafka):
    """What a single Kafka offers to tests, on three brokers."""

    # pylint: disable=super-init-not-called
    def __init__(self, host):
        self._own = True
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="watchkeeper-kafka-"))
        self._installed = install()
        ports = [(processes.free_port(), processes.free_port()) for _ in range(COUNT)]
        self.port = ports[0][0]
        self.bootstrap = ",".join(f"{host}:{port}" for port, _ in ports)
        self.process = None
        self._tool = None
        self.all = [Broker(self.folder, node + 1, ports, host, self._installed) for node in range(COUNT)]

    def start(self, wait=True):
        """Formats and starts all three, and waits until they serve together."""
        for formatting in [broker.format() for broker in self.all]:
            if formatting.wait(60) != 0:
                raise KafkaError("a broker's storage cannot be formatted")
        for broker in self.all:
            broker.start()
        processes.wait_until(self._answers, "three brokers to answer", 120, 0.5)
        return self

    def _answers(self):
        for broker in self.all:
            if not broker.process.running():
                raise KafkaError(f"{broker.name} ended:\n{broker.process.tail()}")
        try:
            return int(self._ask(["brokers"])[0]) == COUNT
        except KafkaError:
            return False

    def close(self):
        """Ends everything and removes the data."""
        for broker in self.all:
            if broker.process:
                broker.process.resume()
                broker.process.kill()
        super().close()

"""A real Apache Kafka for tests: one node, broker and controller in one, in a folder of its own, on free ports.

    with Kafka() as kafka:
        kafka.create_topic("care.events", partitions=2)
        kafka.produce("care.events", [Record(key=b"child/CE-1", value=b"{}")])
        for record in kafka.read("care.events"):
            print(record.offset, record.key, record.value)

The server and its Java client come by Maven on first use, and stay in the cache folder (XDG_CACHE_HOME, ~/.cache). Reading
and producing go through that Java client (kafka/KafkaTool.java), which is not the client that the daemon uses.
"""

import base64
import dataclasses
import fcntl
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import processes

HERE = pathlib.Path(__file__).parent / "kafka"
JVM = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto",
       f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"]


class KafkaError(Exception):
    """What Kafka's Java client said."""


@dataclasses.dataclass
class Record:
    """One message. `partition` None lets the Java client choose by the key (murmur2)."""
    key: bytes = None
    value: bytes = None
    headers: list = dataclasses.field(default_factory=list)  # (name, bytes)
    partition: int = None
    offset: int = None
    timestamp: int = None

    def header(self, name):
        """The last header of that name as text, None without one."""
        values = [value for found, value in self.headers if found == name]
        return values[-1].decode() if values and values[-1] is not None else None


def install():
    """The folder with Kafka's jars, the compiled tool and a formatted store; fetched and made on first use."""
    recipe = hashlib.sha256()
    for name in ("pom.xml", "KafkaTool.java"):
        recipe.update((HERE / name).read_bytes())
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "watchkeeper"
    folder = cache / f"kafka-{recipe.hexdigest()[:12]}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache) as made:
                _install_into(pathlib.Path(made))
                os.rename(made, folder)
                os.mkdir(made)  # for the context manager to remove
    return folder


def _install_into(folder):
    _run(["mvn", "-q", "-B", "-ntp", "-f", HERE / "pom.xml", "dependency:copy-dependencies",
          f"-DoutputDirectory={folder / 'jars'}"])
    compiler = next((folder / "jars").glob("ecj-*.jar"))
    _run(["java", "-jar", compiler, "-17", "-proc:none", "-cp", ":".join(map(str, (folder / "jars").glob("*.jar"))),
          "-d", folder / "classes", HERE / "KafkaTool.java"])
    (folder / "format.properties").write_text(_properties(folder / "formatted", 1, 2), encoding="ascii")
    _run([*JVM, "-cp", f"{folder}/jars/*", "kafka.tools.StorageTool", "format", "-t", "d2F0Y2hrZWVwZXItdGVz",
          "-c", folder / "format.properties"])


def _run(command):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise KafkaError(f"{command[0]} failed:\n{done.stdout.decode(errors='replace')[-4000:]}")


def _properties(store, port, controller_port):
    return f"""process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={store}
auto.create.topics.enable=false
num.partitions=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
transaction.abort.timed.out.transaction.cleanup.interval.ms=500
controlled.shutdown.enable=false
broker.heartbeat.interval.ms=250
broker.session.timeout.ms=1500
num.network.threads=2
num.io.threads=2
background.threads=2
log.cleaner.dedupe.buffer.size=2097152
"""


class Kafka:
    """One node. Its ports and its data outlive stop, kill and start; close removes the data."""

    def __init__(self, folder=None):
        self._own = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="watchkeeper-kafka-"))
        self._installed = install()
        self.port, self._controller_port = processes.free_port(), processes.free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.process = None
        self._tool = None
        shutil.copytree(self._installed / "formatted", self.folder / "data")
        (self.folder / "server.properties").write_text(
            _properties(self.folder / "data", self.port, self._controller_port), encoding="ascii")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def start(self, wait=True):
        """Starts the server, and waits until it serves."""
        log = self.folder / "server.log"
        start = log.stat().st_size if log.exists() else 0
        self.process = processes.Process(
            [*JVM, "-Xms128m", "-Xmx384m", "-cp", f"{self._installed}/jars/*", "kafka.Kafka",
             str(self.folder / "server.properties")], log)
        if wait:
            self.process.wait_for_line("Kafka Server started", 90, start)
        return self

    def stop(self):
        """An orderly shutdown."""
        self.process.stop()

    def kill(self):
        """A power cut."""
        self.process.kill()

    def pause(self):
        """Freezes the server: connections stay open and nothing is answered."""
        self.process.pause()

    def resume(self):
        """Ends a pause."""
        self.process.resume()

    def close(self):
        """Ends everything and removes the data."""
        if self._tool:
            self._tool.kill()
            self._tool = None
        if self.process:
            self.process.signal(signal.SIGCONT)
            self.process.kill()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def create_topic(self, name, partitions=1, compact=False, **config):
        """Makes a topic; other settings by name with _ for the dots."""
        settings = {key.replace("_", "."): value for key, value in config.items()}
        if compact:
            settings["cleanup.policy"] = "compact"
        self._ask(["create", name, str(partitions), ",".join(f"{key}={value}" for key, value in settings.items())])

    def produce(self, topic, records):
        """Sends the records, in order within a partition, and waits until all are acknowledged."""
        lines = []
        for record in records:
            fields = ["-" if record.partition is None else str(record.partition), _b64(record.key), _b64(record.value)]
            for name, value in record.headers:
                fields += [_b64(name.encode()), _b64(value)]
            lines.append("\t".join(fields))
        if lines:
            self._ask(["send", topic, str(len(lines))], lines)

    def read(self, topic, isolation="read_committed"):
        """Every message that such a reader sees by now, by partition and offset."""
        records = []
        for line in self._ask(["read", topic, isolation]):
            partition, offset, timestamp, key, value, *rest = line.split("\t")
            headers = [(_bytes(rest[i]).decode(), _bytes(rest[i + 1])) for i in range(0, len(rest), 2)]
            records.append(Record(_bytes(key), _bytes(value), headers, int(partition), int(offset), int(timestamp)))
        return sorted(records, key=lambda record: (record.partition, record.offset))

    def ends(self, topic, isolation="read_uncommitted"):
        """{partition: offset one past its end}; for read_committed up to the first open transaction."""
        return {int(p): int(end) for p, end in (line.split("\t") for line in self._ask(["ends", topic, isolation]))}

    def delete_records(self, topic):
        """Removes every message that is there now, as retention does."""
        self._ask(["cut", topic])

    def committed(self, group):
        """{(topic, partition): (offset, metadata)} of a consumer group."""
        found = {}
        for line in self._ask(["committed", group]):
            topic, partition, offset, metadata = line.split("\t")
            found[topic, int(partition)] = (int(offset), _bytes(metadata).decode())
        return found

    def _ask(self, request, more=()):
        if self._tool is None:
            self._tool = processes.Process(
                [*JVM, "-Xmx160m", "-cp", f"{self._installed}/classes:{self._installed}/jars/*", "KafkaTool",
                 self.bootstrap], self.folder / "tool.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        pipe = self._tool.popen
        pipe.stdin.write("".join(line + "\n" for line in ["\t".join(request), *more]).encode())
        pipe.stdin.flush()
        reply = []
        for line in pipe.stdout:
            text = line.decode().rstrip("\n")
            if text == "ok":
                return reply
            if text.startswith("error\t"):
                raise KafkaError(f"{request[0]} {request[1:2]}: {text[6:]}")
            reply.append(text)
        raise KafkaError(f"the Java client ended:\n{self._tool.tail()}")


def _b64(data):
    return "-" if data is None else base64.b64encode(data).decode()


def _bytes(field):
    return None if field == "-" else base64.b64decode(field)

"""Apache Kafka's own broker for tests: KRaft, on loopback, with free ports, ending with the tests."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

from kafka import KafkaAdminClient

from tests import ending_with, maven
from tests.fetched import fetched

_CLUSTER = "Y3V0b3Zlci10ZXN0cy0wMQ"
_HEAP = 512
_STARTUP = 60
_ARCHIVE = "classes.jsa"
_COMPOSE = Path(__file__).parents[1] / "compose.yaml"
_COMPOSE_BROKER = "127.0.0.1:9092"


def free_ports(count):
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Node:
    """One process that is broker and controller. It can be killed and started again on the same data.

    `secured` is a port for clients that come with TLS and SASL, and the other settings of that listener; `users` are their
    names and passwords, `broker` are further settings of the broker, `java` options of its Java. A `fast` one starts from the
    archive of loaded classes.
    """

    def __init__(
        self, folder, number, ports, controllers, *, heap, replicas, secured=(0, {}), users=(), broker=(), java=(), fast=True
    ):
        self.address = f"127.0.0.1:{ports[number - 1]}"
        self._folder, self._heap, self._process = folder / f"node-{number}", heap, None
        self._folder.mkdir(parents=True)
        self._options, self._fast = java, fast
        voters = ",".join(f"{n}@127.0.0.1:{port}" for n, port in enumerate(controllers, 1))
        self._properties = self._folder / "server.properties"
        settings = {
            "node.id": number,
            "process.roles": "broker,controller",
            "controller.quorum.voters": voters,
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controllers[number - 1]}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self._folder / "data",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": replicas,
            "offsets.topic.num.partitions": 3,
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.min.isr": min(2, replicas),
            "transaction.state.log.num.partitions": 3,
            "group.initial.rebalance.delay.ms": 0,
            "log.index.size.max.bytes": 65536,
            "log.cleaner.dedupe.buffer.size": 4 * 1024 * 1024,
            "broker.session.timeout.ms": 3000,
            "broker.heartbeat.interval.ms": 500,
            "controlled.shutdown.enable": "false",
            **dict(broker),
        }
        port, more = secured
        if port:
            for name in ("listeners", "advertised.listeners"):
                settings[name] += f",SECURED://127.0.0.1:{port}"
            settings["listener.security.protocol.map"] += ",SECURED:SASL_SSL"
            settings |= {f"listener.name.secured.{name}": value for name, value in more.items()}
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        scrams = [f"--add-scram=SCRAM-SHA-512=[name={user},password={password}]" for user, password in users]
        self._run("kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(self._properties), *scrams).check_returncode()

    def start(self):
        """Start it, to end with this process at the latest."""
        with (self._folder / "log").open("ab") as out:
            self._process = subprocess.Popen(
                self.command, stdout=out, stderr=out, start_new_session=True, preexec_fn=ending_with.die_with_parent
            )

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def end(self):
        """End it as its operator would."""
        self._process.terminate()
        self._process.wait(_STARTUP)

    @property
    def command(self):
        return [
            *self._java("-XX:TieredStopAtLevel=1", f"-Xmx{self._heap}m", *self._options),
            "kafka.Kafka",
            str(self._properties),
        ]

    def _run(self, *arguments):
        return subprocess.run([*self._java("-Xmx128m"), *arguments], capture_output=True, timeout=_STARTUP)

    def _java(self, *options):
        archive = [f"-XX:SharedArchiveFile={_archive()}"] if self._fast else []
        return [maven.java(), *archive, *options, "-cp", f"{maven.jars(maven.KAFKA)}/*"]


@cache
def _archive():
    """Return the classes that a broker loads, as Java keeps them for its next start, which then takes half of the processor
    time.

    Java starts without the file where it does not fit.
    """

    def make(folder):
        with tempfile.TemporaryDirectory() as data:
            making = (f"-XX:ArchiveClassesAtExit={folder / _ARCHIVE}",)
            ports = free_ports(2)
            node = Node(Path(data), 1, ports[:1], ports[1:], heap=_HEAP, replicas=1, java=making, fast=False)
            node.start()
            wait_for([node.address])
            node.end()

    jars = maven.jars(maven.KAFKA)
    return fetched(f"{jars.name}-classes-of-java-{maven.version()}", make) / _ARCHIVE


def make_nodes(folder, count, *, heap=_HEAP, **secured):
    """Return the nodes of a new cluster, none of them started; `secured` as for `Node`."""
    ports = free_ports(2 * count)
    return [
        Node(folder, n, ports[:count], ports[count:], heap=heap, replicas=min(3, count), **secured) for n in range(1, count + 1)
    ]


def wait_for(addresses, brokers=1):
    """Wait until these brokers answer, and know each other."""
    deadline = time.monotonic() + _STARTUP
    for address in addresses:
        while not _listens(address):
            assert time.monotonic() < deadline, f"the broker at {address} did not start"
            time.sleep(0.05)
    with closing(KafkaAdminClient(bootstrap_servers=addresses)) as admin:
        while len(admin.describe_cluster()["brokers"]) < brokers:
            assert time.monotonic() < deadline, "the brokers did not find each other"
            time.sleep(0.1)


def _listens(address):
    host, port = address.split(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def broker(folder):
    """Give the address of a broker for a program: the one that CUTOVER_TEST_KAFKA names, or one that ends with the block."""
    if named := os.environ.get("CUTOVER_TEST_KAFKA"):
        yield named
        return
    (node,) = make_nodes(folder, 1)
    node.start()
    try:
        wait_for([node.address])
        yield node.address
    finally:
        node.kill()


def broker_of_compose():
    """Return the address of compose.yaml's broker, started where Docker runs; else None. It is left running: every test has
    topics of its own, and whoever stops it decides about its volume.
    """
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, timeout=60).returncode:
        return None
    compose = [docker, "compose", "-f", str(_COMPOSE), "--profile", "kafka"]
    subprocess.run([*compose, "up", "-d", "--wait", "kafka"], capture_output=True, timeout=600, check=True)
    wait_for([_COMPOSE_BROKER])
    return _COMPOSE_BROKER


def shared_broker(folder):
    """Return the address of the broker that all processes of this test run share; called under a lock. It ends with the
    run, but for compose.yaml's.
    """
    known = folder / "broker.json"
    if not known.exists() and not maven.is_here() and (address := broker_of_compose()):
        known.write_text(json.dumps(address))
    if not known.exists():
        (node,) = make_nodes(folder, 1)
        run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
        with (folder / "broker.log").open("wb") as out:
            watchdog = [sys.executable, str(Path(ending_with.__file__)), str(run)]
            subprocess.run([*watchdog, *node.command], stdout=out, stderr=out, check=True)
        wait_for([node.address])
        known.write_text(json.dumps(node.address))
    return json.loads(known.read_text())

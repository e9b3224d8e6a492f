"""Confluent's wire format against a real schema registry (Apicurio): others read our topics, we read both framings."""

import base64
import json
import shutil
import ssl
import subprocess
import threading
import time
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import httpx
import pytest

from events.codec.avro import HEADER
from events.log.kafka.settings import RegistryAccess
from events.log.parts import PART
from events.log.port import CHANGES, COMPENSATIONS, LogForbidden, LogUnreachable, NewEntry, read_all
from events.sealing.payloads import open_envelope, unseal
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests import ending_with, maven, services
from tests.events.events_to_write import change_bytes
from tests.events.kafka_logs import open_log
from tests.events.secured_broker import own_certificate
from tests.kafka_broker import free_ports
from tests.services import Service

API = "/apis/ccompat/v7"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """Yield the address of a schema registry of this module's own, in memory."""
    folder, (port,) = maven.unpacked(maven.REGISTRY), free_ports(1)
    (program,) = folder.glob("*-runner.jar")
    options = ["-Xmx256m", "-XX:TieredStopAtLevel=1", f"-Dquarkus.http.port={port}", "-Dquarkus.http.host=127.0.0.1"]
    with (tmp_path_factory.mktemp("registry") / "log").open("wb") as out:
        server = subprocess.Popen(
            [maven.java(), *options, "-jar", str(program)], stdout=out, stderr=out, preexec_fn=ending_with.die_with_parent
        )
        url = f"http://127.0.0.1:{port}{API}"
        deadline = time.monotonic() + 90
        while True:
            try:
                if httpx.get(f"{url}/subjects", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            assert time.monotonic() < deadline, "the registry did not start"
            time.sleep(0.1)
        yield url
        server.kill()
        server.wait()


@pytest.fixture
def prefix():
    return f"t{uuid4().hex}"


@pytest.fixture
def log(kafka, registry, prefix, tmp_path):
    with closing(open_log(f"kafka://{kafka}?prefix={prefix}&partitions=1", tmp_path / "writers", registry=registry)) as log:
        yield log


@pytest.fixture
def event(key):
    return change_bytes(Record(entity=Entity.CLAIM, native_id="4711", values={}), key)


def on_the_wire(kafka, topic):
    from kafka import KafkaConsumer, TopicPartition

    with closing(KafkaConsumer(bootstrap_servers=kafka)) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        consumer.seek_to_beginning()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for records in consumer.poll(timeout_ms=200).values():
                return records[0].value
    raise AssertionError("the topic has no record")


def test_an_event_travels_behind_its_schemas_id_and_is_read_as_it_was(log, kafka, registry, prefix, event, keys):
    log.append([NewEntry(CHANGES, b"household", event)])
    wire = on_the_wire(kafka, f"{prefix}.changes")
    assert (wire[:1], wire[5:]) == (b"\x00", event[HEADER:])
    (version,) = httpx.get(f"{registry}/subjects/{prefix}.changes-value/versions").json()
    registered = httpx.get(f"{registry}/subjects/{prefix}.changes-value/versions/{version}").json()
    assert registered["id"] == int.from_bytes(wire[1:5], "big")
    (entry,) = read_all(log, CHANGES)
    assert entry.value == event
    assert unseal(open_envelope(entry.value), keys)["native_id"] == "4711"


def test_parts_of_a_large_event_are_registered_under_a_subject_of_their_own(log, registry, prefix, key):
    event = change_bytes(Record(entity=Entity.NOTE, native_id="N-1", values={"text": "x" * PART}), key)
    log.append([NewEntry(CHANGES, b"household", event)])
    (version,) = httpx.get(f"{registry}/subjects/{prefix}.changes-part/versions").json()
    registered = httpx.get(f"{registry}/subjects/{prefix}.changes-part/versions/{version}").json()
    assert json.loads(registered["schema"])["name"] == "Part"
    assert [entry.value for entry in read_all(log, CHANGES)] == [event]


def test_both_framings_are_read_whatever_is_configured(log, kafka, prefix, event, tmp_path):
    log.append([NewEntry(CHANGES, b"household", event)])
    with closing(open_log(f"kafka://{kafka}?prefix={prefix}", tmp_path / "plain")) as plain:
        plain.append([NewEntry(CHANGES, b"household", event)])
        assert [entry.value for entry in read_all(plain, CHANGES)] == [event, event]
    assert [entry.value for entry in read_all(log, CHANGES)] == [event, event]


def test_confluents_own_deserializer_reads_our_events(log, kafka, registry, prefix, event):
    from confluent_kafka import Consumer, schema_registry
    from confluent_kafka.schema_registry.avro import AvroDeserializer
    from confluent_kafka.serialization import MessageField, SerializationContext

    log.append([NewEntry(CHANGES, b"household", event)])
    consumer = Consumer(
        {"bootstrap.servers": kafka, "group.id": str(uuid4()), "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )
    try:
        consumer.subscribe([f"{prefix}.changes"])
        message = consumer.poll(30)
        assert message is not None
        assert message.error() is None
        with schema_registry.SchemaRegistryClient({"url": registry}) as client:
            context = SerializationContext(message.topic(), MessageField.VALUE)
            value = AvroDeserializer(client)(message.value(), context)
    finally:
        consumer.close()
    assert (value["event_id"], value["entity"], value["operation"]) == (b"event-id-1234567", "claim", "CREATED")


def test_kcat_tells_events_apart_by_their_headers(log, kafka, prefix, event):
    kcat = shutil.which("kcat")
    if kcat is None:
        services.missing(Service.KCAT)
    log.append([NewEntry(CHANGES, b"household", event)])
    asked = [kcat, "-b", kafka, "-t", f"{prefix}.changes", "-C", "-o", "beginning", "-e", "-q", "-f", "%k %S %h"]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout
    key, size, headers = found.split(" ", 2)
    assert (key, int(size)) == ("household", 5 + len(event) - HEADER)
    assert "ce_type=cutover.change-event.created" in headers.split(",")


def test_a_registry_that_is_not_there_stops_the_append_and_says_so(kafka, prefix, event, tmp_path):
    (port,) = free_ports(1)
    url = f"kafka://{kafka}?prefix={prefix}&partitions=1"
    with closing(open_log(url, tmp_path, registry=f"http://127.0.0.1:{port}")) as log:
        with pytest.raises(LogUnreachable, match=r"schema registry does not answer .*correct `\[log\] registry`"):
            log.append([NewEntry(CHANGES, b"household", event)])
        assert list(read_all(log, CHANGES)) == list(read_all(log, COMPENSATIONS)) == []


# what the registry is told, and who tells it


def test_the_registry_refuses_what_our_readers_could_not_read(log, registry, prefix, event):
    log.append([NewEntry(CHANGES, b"household", event)])
    subject = f"{prefix}.changes-value"
    assert httpx.get(f"{registry}/config/{subject}").json()["compatibilityLevel"] == "BACKWARD_TRANSITIVE"
    field = {"name": "added", "type": "string"}  # without a default: events from before have no value for it
    schema = {"type": "record", "name": "ChangeEvent", "namespace": "cutover.events", "fields": [field]}
    asked = {"schema": json.dumps(schema), "schemaType": "AVRO"}
    assert httpx.post(f"{registry}/subjects/{subject}/versions", json=asked).status_code == 409


@pytest.mark.parametrize(("held", "then"), [("FULL_TRANSITIVE", "FULL_TRANSITIVE"), ("NONE", "BACKWARD_TRANSITIVE")])
def test_a_stricter_compatibility_is_left_and_a_weaker_one_is_raised(log, kafka, registry, prefix, event, tmp_path, held, then):
    log.append([NewEntry(CHANGES, b"household", event)])
    config = f"{registry}/config/{prefix}.changes-value"
    httpx.put(config, json={"compatibility": held}).raise_for_status()
    url = f"kafka://{kafka}?prefix={prefix}"
    with closing(open_log(url, tmp_path / "another", registry=registry)) as another:
        another.append([NewEntry(CHANGES, b"household", event)])
    assert httpx.get(config).json()["compatibilityLevel"] == then


@pytest.fixture
def guarded(registry, tmp_path):
    """Yield the registry behind a server that asks for TLS, a name and a password: its URL, and the certificate to trust."""
    certificate, keystore = own_certificate(tmp_path)
    known = "Basic " + base64.b64encode(b"cutover:not-a-secret-of-anybody").decode()

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers["Authorization"] != known:
                return self.reply(401, b"{}")
            address = registry.removesuffix(API) + self.path
            kind = {"Content-Type": self.headers["Content-Type"]} if body else {}
            said = httpx.request(self.command, address, content=body, headers=kind)
            return self.reply(said.status_code, said.content)

        def reply(self, status, content):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keystore)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}{API}", certificate
    server.shutdown()
    server.server_close()


def test_a_registry_that_asks_for_a_password_is_told_it_over_a_connection_that_the_ca_file_vouches_for(
    guarded, kafka, prefix, event, tmp_path
):
    url, certificate = guarded
    access = RegistryAccess(url=url, user="cutover", password="not-a-secret-of-anybody", ca_file=certificate)
    with closing(open_log(f"kafka://{kafka}?prefix={prefix}&partitions=1", tmp_path / "writers", registry=access)) as log:
        log.append([NewEntry(CHANGES, b"household", event)])
        assert [entry.value for entry in read_all(log, CHANGES)] == [event]


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"password": "another-one"}, LogForbidden, r"denies POST .* \(HTTP 401\); correct CUTOVER_LOG__REGISTRY_USER"),
        ({"ca_file": None}, LogUnreachable, r"does not answer .*`\[log\] ca_file`"),
    ],
)
def test_a_registry_that_refuses_the_user_or_is_not_vouched_for_is_named(
    guarded, kafka, prefix, event, tmp_path, change, error, said
):
    url, certificate = guarded
    access = replace(RegistryAccess(url=url, user="cutover", password="not-a-secret-of-anybody", ca_file=certificate), **change)
    with closing(open_log(f"kafka://{kafka}?prefix={prefix}&partitions=1", tmp_path / "writers", registry=access)) as log:
        with pytest.raises(error, match=said) as refused:
            log.append([NewEntry(CHANGES, b"household", event)])
        assert "another-one" not in str(refused.value)

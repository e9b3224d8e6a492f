"""Java programs that tests run for real, resolved once through Maven into a cache folder outside the project."""

import os
import re
import shutil
import subprocess
import tarfile
from functools import cache

from tests import services
from tests.fetched import fetched
from tests.services import Service

KAFKA = f"org.apache.kafka:kafka_2.13:{os.environ.get('CUTOVER_TEST_KAFKA_VERSION', '4.1.1')}"
REGISTRY = "io.apicurio:apicurio-registry-app:2.6.13.Final"

_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cutover.tests</groupId><artifactId>programs</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>{0}</groupId><artifactId>{1}</artifactId><version>{2}</version><scope>runtime</scope>
  </dependency></dependencies>
</project>
"""


def version():
    """Return the version of the Java that is here, like 17.0.15; "" for none."""
    found = shutil.which("java")
    return _version_of(found) if found else ""


@cache
def _version_of(java):
    said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    number = re.search(r'version "([\w.+-]+)', said)
    return number[1] if number else ""


def is_here():
    """Return whether there are Maven and a Java that is new enough."""
    number = re.match(r"\d+", version())
    return number is not None and int(number[0]) >= 17 and shutil.which("mvn") is not None


def java():
    """Return the Java program, or skip with a line that says how to get it."""
    if not is_here():
        services.missing(Service.JAVA)
    return shutil.which("java")


def jars(artifact):
    """Return the folder with an artifact's jar and those that it needs to run."""
    group, name, version = artifact.split(":")

    def fetch(folder):
        (folder / "pom.xml").write_text(_POM.format(group, name, version))
        _maven(folder, f"{_PLUGIN}:copy-dependencies", f"-DoutputDirectory={folder}", "-DincludeScope=runtime")

    return _cached(f"{name}-{version}", fetch)


def unpacked(artifact):
    """Return the folder that an artifact's archive (classifier `all`, tar.gz) was unpacked into."""
    _, name, version = artifact.split(":")

    def fetch(folder):
        _maven(folder, f"{_PLUGIN}:copy", f"-Dartifact={artifact}:tar.gz:all", f"-DoutputDirectory={folder}")
        (archive,) = folder.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        archive.unlink()

    return _cached(f"{name}-{version}", fetch)


def _cached(name, fetch):
    java()
    return fetched(name, fetch)


def _maven(folder, *arguments):
    done = subprocess.run(["mvn", "-q", "-B", *arguments], cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        shutil.rmtree(folder)
        services.missing(
            Service.JAVA, f"Maven could not resolve it: {(done.stdout + done.stderr).strip().splitlines()[0][:200]}"
        )

"""Every part of docker-compose.yml in the image's tree, on a network of its own, until healthy.

Commands, variables, secrets and volumes are the file's. Kafka is the real one on the file's
properties; ClickHouse is the local engine, which has its own users: all come as its
administrator. Twilio is its stand-in. What stays untried are the images of others, and roles.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from local.clickhouse.process import ClickHouseProcess
from local.kafka.properties import render
from local.kafka.server import KafkaServer
from local.twilio_api.control_routes import PREFIX
from tests.deploy.compose.compose_file import (
    CONFIGURATION,
    MAKE_SECRETS,
    compose,
    default,
    parts,
    properties,
    secret_targets,
)
from tests.deploy.image.confined import Confined
from tests.deploy.image.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.deploy.compose.compose_file import Service

_JOBS = ("schema", "topics", "console-user")
_HEALTHY_S = 600.0  # on a machine that is busy with other things, too
_STAND_IN = "http://127.0.0.1:8090"
_ACCOUNT = f"AC{0:032x}"
_QUESTION = "SELECT count() FROM events"
_TRAFFIC = (
    *("simulate", "--ingest", "http://ingest:8080/twilio/events"),
    *("--messages", "50", "--truth", "/dev/null"),
)


def rehearse(tree: Tree, folder: Path) -> None:
    """Run it all in a network namespace where every port is free and nothing else is reached."""
    hosts = folder / "hosts"
    names = ("localhost", "kafka", "clickhouse", "ingest", socket.gethostname())
    hosts.write_text(f"127.0.0.1 {' '.join(names)}\n", "utf-8")
    script = 'ip link set lo up && mount --bind "$0" /etc/hosts && exec "$@"'
    told = (str(tree.root), str(folder), tree.user, json.dumps(tree.variables))
    inside = [sys.executable, "-m", __name__, *told]
    argv = ["unshare", "--net", "--mount", "/bin/sh", "-ec", script, str(hosts), *inside]
    shutil.copy(hosts, tree.root / "etc" / "hosts")
    subprocess.run(argv, check=True)  # noqa: S603  (ourselves)


class Rehearsal:
    """One run of all parts; leaving its stack ends them."""

    def __init__(self, tree: Tree, folder: Path, running: ExitStack) -> None:
        self.tree, self.folder, self.running = tree, folder, running
        self.volumes = {name: self._made(f"volumes/{name}") for name in compose()["volumes"]}
        for volume in self.volumes.values():
            os.chown(volume, *map(int, tree.user.split(":")))
        secrets = self._made("secrets")
        subprocess.run([MAKE_SECRETS, secrets], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (ours)
        self.password = (secrets / "clickhouse_administrator_password").read_text("utf-8")

    def servers(self) -> None:
        """Start Kafka on the file's properties, and ClickHouse."""
        kafka = KafkaServer(self._made("kafka"), 9092, 9093)
        java, *argv = kafka.prepare()
        places = {"log.dirs": str(self.folder / "kafka" / "logs")}
        Path(argv[-1]).write_text(render(properties() | places), "utf-8")
        logged = f"-Dlog4j2.configurationFile={CONFIGURATION}/kafka/log4j2.yaml"
        self._start("kafka", (java, logged, *argv), {})
        clickhouse = ClickHouseProcess(
            self._made("clickhouse"), 8123, "administrator", self.password
        )
        self._start("clickhouse", clickhouse.argv, clickhouse.environment)
        journal = str(self.folder / "twilio.jsonl")
        twilio = [sys.executable, "-m", "local.twilio_api", "--port", "8090", "--journal", journal]
        self._start("twilio", twilio, {})

    def introduce(self) -> None:
        """Tell the stand-in for Twilio who will call."""
        token = (self.folder / "secrets" / "twilio_api_password").read_text("utf-8").strip()
        account = json.dumps({"sid": _ACCOUNT, "token": token}).encode()
        with urlopen(Request(f"{_STAND_IN}{PREFIX}/accounts", data=account)):  # noqa: S310  (loopback)
            pass

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start a service as the file has it."""
        service = parts()[name]
        program = [*service.get("entrypoint", ["twilio-pipeline"]), *service["command"]]
        return self._start(name, self.confined(name, service).argv(program), {})

    def confined(self, name: str, service: Service) -> Confined:
        """Give the tree with what the service mounts, knows and is told."""
        secrets = self._made(f"given/{name}")
        for target, source in secret_targets(service).items():
            shutil.copy(self.folder / "secrets" / source, secrets / target)
        told = {key: default(str(value)) for key, value in service["environment"].items()}
        if "TWILIO_PIPELINE_CLICKHOUSE_USER" in told:
            told["TWILIO_PIPELINE_CLICKHOUSE_USER"] = "administrator"
            (secrets / "twilio_pipeline_clickhouse_password").write_text(self.password, "utf-8")
        if "TWILIO_PIPELINE_TWILIO_ACCOUNT_SID" in told:
            told["TWILIO_PIPELINE_TWILIO_ACCOUNT_SID"] = _ACCOUNT
            told["TWILIO_PIPELINE_TWILIO_BASE_URL"] = _STAND_IN
        volumes = (mount.split(":") for mount in service.get("volumes", []))
        mounted = {at: self.volumes[volume] for volume, at in volumes}
        (self.tree.root / "run" / "secrets").mkdir(exist_ok=True)
        return Confined(self.tree, {"/run/secrets": secrets, **mounted}, told)

    def healthy(self, name: str) -> bool:
        """Ask as the file asks."""
        service = parts()[name]
        asked = self.confined(name, service).argv(service["healthcheck"]["test"][1:])
        return subprocess.run(asked, check=False, capture_output=True).returncode == 0  # noqa: S603  (ours)

    def ask(self, name: str, *command: str) -> str:
        """What a command says that is run in the place of a service's own."""
        argv = self.confined(name, parts()[name]).argv(["twilio-pipeline", *command])
        return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603  (ours)

    def _start(
        self, name: str, argv: Sequence[str], more: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        log = self.running.enter_context((self._made("logs") / f"{name}.log").open("wb"))
        process = subprocess.Popen(argv, env={**os.environ, **more}, stdout=log, stderr=log)  # noqa: S603  (ours)
        self.running.callback(process.wait, 30)
        self.running.callback(process.terminate)
        return process

    def _made(self, name: str) -> Path:
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        return self.folder / name


def main(tree: Tree, folder: Path) -> None:
    """Start servers, jobs and parts in their order, send traffic, and ask what arrived."""
    begun = time.monotonic()
    with ExitStack() as running:
        rehearsal = Rehearsal(tree, folder, running)
        rehearsal.servers()
        for job in _JOBS:
            if rehearsal.start(job).wait() != 0:
                sys.exit(f"{job} failed: see {folder}/logs/{job}.log")
        rehearsal.introduce()
        waiting = {name for name, part in parts().items() if "healthcheck" in part}
        for name in sorted(waiting):
            rehearsal.start(name)
        while waiting:
            waiting = {name for name in waiting if not rehearsal.healthy(name)}
            if time.monotonic() - begun > _HEALTHY_S:
                sys.exit(f"not healthy: {sorted(waiting)}: see {folder}/logs")
        print(f"all parts are healthy after {time.monotonic() - begun:.0f} s")  # noqa: T201
        print(rehearsal.ask("simulator", *_TRAFFIC), rehearsal.ask("schema", "sql", _QUESTION))  # noqa: T201


if __name__ == "__main__":
    place = Path(sys.argv[1])
    image = Tree(place, place, {}, json.loads(sys.argv[4]), user=sys.argv[3])
    shutil.rmtree(Path(sys.argv[2]) / "rehearsal", ignore_errors=True)
    main(image, Path(sys.argv[2]) / "rehearsal")

"""Regions in processes of their own over loopback. Every process is stopped by its own process group."""

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import botocore.session

EAST, WEST = "ap-southeast-2", "us-west-2"
PATIENCE_SECONDS = 10
SEED = os.environ.get("LOCAL_REGION_SEED", "1")
"""Any will do; one makes a failure repeatable."""

SESSION = botocore.session.get_session()
"""It keeps the descriptions of the services that it has read."""


def eventually(check: Callable[[], object], what: str) -> object:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    def __init__(
        self,
        region: str,
        port: int,
        peer: str,
        peer_port: int,
        state: Path,
        permissions: bool = False,
        time_scale: int = 1,
    ) -> None:
        self.region, self.url, self._log = region, f"http://127.0.0.1:{port}", state / f"{region}.log"
        # Nothing of an app is scaled, but the periods of its alarms are.
        durations = state / "durations.json"
        durations.write_text("{}")
        self._command = [
            sys.executable, "-m", "local_region", "--region", region, "--port", str(port),
            "--state", str(state / region), "--peer", f"{peer}=http://127.0.0.1:{peer_port}",
            "--global-services-in", EAST, "--replication-lag", "0.05", "--exit-with-parent", "--seed", SEED,
            *([] if time_scale == 1 else ["--time-scale", str(time_scale), "--durations", str(durations)]),
            *([] if permissions else ["--without-permissions"]),
        ]  # fmt: skip
        self._process: subprocess.Popen | None = None
        self._clients: dict[tuple[str, str], object] = {}

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_it_serves(self) -> None:
        def serves() -> object:
            if self._process.poll() is not None:
                raise AssertionError(self._log.read_text())
            with contextlib.suppress(OSError):
                return self.status()

        eventually(serves, f"{self.region} serves")

    def signal(self, number: int) -> None:
        os.killpg(self._process.pid, number)

    def end_of_input(self) -> int:
        self._process.stdin.close()
        return self._process.wait(5)

    def stop(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process = None

    def status(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/_local-region/status", timeout=2) as response:
            return json.load(response)

    def set(self, path: str, body: object) -> tuple[int, dict]:
        """PUT one of its own paths."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_local-region/{path}", content, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=2) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def client(self, service: str, region: str | None = None):
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = SESSION.create_client(
                service,
                region_name=key[1],
                endpoint_url=self.url,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self._clients[key]

    def operate(self, operation: str, name: str, resources: dict | None = None, **options: object) -> str:
        """The state in which an operation leaves a stack, be it a failure."""
        client = self.client("cloudformation")
        if resources is not None:
            options |= {"TemplateBody": json.dumps({"Resources": resources}), "Capabilities": ["CAPABILITY_IAM"]}
        if operation == "delete_stack":
            # What is deleted has its id only.
            name = client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        answer = getattr(client, operation)(StackName=name, **options)

        def settled() -> str | None:
            stack = client.describe_stacks(StackName=answer.get("StackId", name))["Stacks"][0]
            return stack["StackStatus"] if not stack["StackStatus"].endswith("IN_PROGRESS") else None

        return eventually(settled, f"{operation} of {name}")

    def events(self, name: str) -> list[tuple[str, str, str]]:
        """Logical id, status and reason, the first event first."""
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return [
            (event["LogicalResourceId"], event["ResourceStatus"], event.get("ResourceStatusReason", ""))
            for event in reversed(events)
        ]

    def deploy(self, name: str, resources: dict, update: bool = False) -> None:
        client = self.client("cloudformation")
        template = json.dumps({"Resources": resources})
        (client.update_stack if update else client.create_stack)(
            StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"]
        )
        eventually(lambda: self._settled(client, name), f"{name} in {self.region}")

    def destroy(self, name: str) -> None:
        client = self.client("cloudformation")
        stack = client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        client.delete_stack(StackName=stack)
        eventually(lambda: self._settled(client, stack), f"{name} gone from {self.region}")

    @staticmethod
    def _settled(client, name: str) -> bool:
        status = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if "FAILED" in status or "ROLLBACK" in status:
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            raise AssertionError([event.get("ResourceStatusReason") for event in events])
        return status.endswith("_COMPLETE")


def start(*regions: Process) -> None:
    """Start them side by side."""
    for region in regions:
        region.start()
    for region in regions:
        region.wait_until_it_serves()


@functools.cache
def shared_region() -> Process:
    """A region that tests of several files share, until the last has run. Nothing serves the port of its peer."""
    # Nobody else gets a port that is taken, and without a listener it refuses connections.
    unserved = socket.socket()
    atexit.register(unserved.close)
    unserved.bind(("127.0.0.1", 0))
    region = Process(EAST, free_port(), WEST, unserved.getsockname()[1], _state())
    atexit.register(region.stop)
    start(region)
    return region


@functools.cache
def shared_regions() -> tuple[Process, Process]:
    """Another one, and its peer."""
    state, ports = _state(), {EAST: free_port(), WEST: free_port()}
    regions = [Process(here, ports[here], there, ports[there], state) for here, there in ((EAST, WEST), (WEST, EAST))]
    for region in regions:
        atexit.register(region.stop)
    start(*regions)
    return tuple(regions)


def _state() -> Path:
    state = Path(tempfile.mkdtemp(prefix="local-region-test-"))
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    return state

import json
import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import emulator  # noqa: F401
from local_region import lambda_https
from local_region.guards import UnexpectedMiniStack

CODE = 'require("https").get(process.env.ASKED).on("error", () => {});'
TLS_HANDSHAKE = b"\x16"


class LambdaHttps(unittest.TestCase):
    def setUp(self):
        self.servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        for server in self.servers:
            server.settimeout(20)
            self.addCleanup(server.close)
        self.gateway, self.other = (server.getsockname()[1] for server in self.servers)

    def first_byte(self, server: socket.socket, asked: str) -> bytes:
        """What a function sends to a server when its module asks for a URL."""
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        Path(folder.name, "index.js").write_text(CODE)
        script = Path(folder.name, "_worker.js")
        script.write_text(lambda_https._asking_others_as_named(lambda_https.SCRIPT.get()))
        environment = {"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.gateway}", "ASKED": asked}
        worker = subprocess.Popen(["node", script], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        self.addCleanup(worker.stdin.close)
        worker.stdin.write(json.dumps({"code_dir": folder.name, "module": "index", "handler": "handler", "env": {}}).encode() + b"\n")
        worker.stdin.flush()
        connection, _ = server.accept()
        with connection:
            connection.settimeout(20)
            return connection.recv(1)

    def test_what_listens_beside_the_gateway_is_asked_by_tls(self):
        self.assertEqual(self.first_byte(self.servers[1], f"https://127.0.0.1:{self.other}/keys.json"), TLS_HANDSHAKE)

    def test_the_gateway_is_asked_in_plain_http_as_before(self):
        for url in ("https://127.0.0.1/response", f"https://localhost:{self.gateway}/", "https://sqs.us-west-2.amazonaws.com/"):
            self.assertEqual(self.first_byte(self.servers[0], url), b"G", url)

    def test_another_script_is_refused(self):
        with self.assertRaises(UnexpectedMiniStack):
            lambda_https._asking_others_as_named("something else")


if __name__ == "__main__":
    unittest.main()

import asyncio
import json
import unittest

from local_region.gateway import BadRequest, Gateway, Unavailable
from local_region.peers import Peers

AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=test/20260101/{}/{}/aws4_request, SignedHeaders=host, Signature=0"


class GatewayCase(unittest.TestCase):
    def setUp(self):
        self.served: list[str] = []
        self.forwarded: list[tuple[str, str]] = []

        async def ministack(scope, receive, send):
            self.served.append(scope["path"])

        async def echo(body):
            return {"echo": body}

        async def fail(body):
            raise ValueError("not that")

        async def refuse(body):
            raise BadRequest("what is that?")

        async def hide(body):
            raise Unavailable("not there")

        self.gateway = Gateway(
            ministack,
            "us-west-2",
            "eu-west-1",
            Peers({"eu-west-1": "http://127.0.0.1:1"}),
            {("PUT", "echo"): echo, ("POST", "fail"): fail, ("PUT", "refuse"): refuse, ("PUT", "hide"): hide},
        )

        async def forward(region, scope, receive, send):
            self.forwarded.append((region, scope["path"]))

        self.gateway._forward = forward

    def request(self, method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> tuple:
        sent = []

        async def receive():
            return {"body": body}

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
        asyncio.run(self.gateway(scope, receive, send))
        return (sent[0]["status"], json.loads(sent[1]["body"])) if sent else ()

    def test_what_is_meant_for_this_region_goes_to_ministack(self):
        self.request("GET", "/restapis/1/prod/_user_request_/orders")
        self.request("POST", "/home", authorization=AUTHORIZATION.format("us-west-2", "dynamodb"))
        self.request("POST", "/unknown", authorization=AUTHORIZATION.format("sa-east-1", "dynamodb"))
        self.assertEqual(self.served, ["/restapis/1/prod/_user_request_/orders", "/home", "/unknown"])
        self.assertEqual(self.forwarded, [])

    def test_what_is_signed_for_another_region_goes_there(self):
        self.request("POST", "/", authorization=AUTHORIZATION.format("eu-west-1", "dynamodb"))
        self.request("GET", "/bucket/key", query="X-Amz-Credential=test%2F20260101%2Feu-west-1%2Fs3%2Faws4_request")
        self.assertEqual(self.forwarded, [("eu-west-1", "/"), ("eu-west-1", "/bucket/key")])

    def test_a_global_service_goes_to_its_owner(self):
        self.request("GET", "/2013-04-01/hostedzone", authorization=AUTHORIZATION.format("us-west-2", "route53"))
        self.assertEqual(self.forwarded, [("eu-west-1", "/2013-04-01/hostedzone")])

    def test_what_was_forwarded_once_stays(self):
        signed = AUTHORIZATION.format("eu-west-1", "dynamodb")
        self.request("POST", "/", authorization=signed, x_local_region_forwarded="eu-west-1")
        self.assertEqual((self.served, self.forwarded), (["/"], []))

    def test_its_own_paths(self):
        self.assertEqual(self.request("PUT", "/_local-region/echo", body=b"[1]"), (200, {"echo": [1]}))
        self.assertEqual(self.request("GET", "/_local-region/echo")[0], 404)
        self.assertEqual(self.request("POST", "/_local-region/fail"), (500, {"message": "not that"}))
        self.assertEqual(self.request("PUT", "/_local-region/refuse"), (400, {"message": "what is that?"}))
        self.assertEqual(self.request("PUT", "/_local-region/hide"), (503, {"message": "not there"}))
        status, answer = self.request("PUT", "/_local-region/echo", body=b"{")
        self.assertEqual(status, 400)
        self.assertIn("the body is no JSON", answer["message"])


if __name__ == "__main__":
    unittest.main()

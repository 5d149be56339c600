"""What is asked of a deployed API, the API answers: whatever the path, the method or the signature."""

import http.client
import json
import unittest

from regions import EAST, WEST, Process, shared_region
from test_one_region import ROLE, arn_of, function

NAME, GONE = "api.hosts.example.com", "gone.hosts.example.com"
ECHO = """
    exports.handler = async ({ httpMethod, path }) => ({
      statusCode: 203, headers: { 'x-from': 'the function' }, body: JSON.stringify({ httpMethod, path }),
    });"""

RESERVED = [
    "/",
    "/health",
    "/evacuation/us-west-2",
    "/_localstack/health",
    "/_localstack/info",
    "/_ministack/health",
    "/_ministack/ready",
    "/_ministack/sqs/messages",
    "/_ministack/ses/messages",
    "/_ministack/sns/sms-messages",
    "/_ministack/lambda-code/echo",
    "/_ministack/transfer/sftp-ports",
    "/_ministack/iot/ca.pem",
    "/_ministack/rds/ca.pem",
    "/_ministack/elasticache/ca.pem",
    "/_local-region/status",
    "/_local-region/permissions",
    "/.well-known/jwks.json",
    "/us-east-1_abc/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/oauth2/authorize",
    "/oauth2/userInfo",
    "/login",
    "/logout",
    "/iceberg/v1/config",
    "/v2/",
    "/v2/_catalog",
    "/v2/orders/tags/list",
    "/v2/email/identities",
    "/v20180820/tags/orders",
    "/Execute",
    "/restapis/abc/live/_user_request_/orders",
    "/_aws/execute-api/abc/live/orders",
    "/_aws/lambda-url/abc/orders",
    "/_alb/orders/x",
    "/2015-03-31/functions",
]
"""Paths that MiniStack, or this package, answers by itself where the host is its own."""
RESERVED_WITH_BODY = [
    ("POST", "/_ministack/reset"),
    ("POST", "/_ministack/config"),
    ("PUT", "/_ministack/cfn-response/token"),
    ("PUT", "/_ministack/cfn-signal/token"),
    ("PUT", "/_local-region/replication-lag"),
    ("POST", "/_local-region/messages"),
    ("POST", "/oauth2/token"),
    ("POST", "/oauth2/revoke"),
    ("POST", "/login"),
    ("POST", "/Execute"),
    ("POST", "/BatchExecute"),
    ("POST", "/WriteGetObjectResponse"),
    ("POST", "/v2/orders/blobs/uploads/"),
    ("DELETE", "/health"),
    ("POST", "/"),
]


def setUpModule():
    ApiHosts.region = shared_region()
    ApiHosts.region.deploy("hosts", resources())


def tearDownModule():
    ApiHosts.region.destroy("hosts")


def part(kind: str, *depends_on: str, **properties: object) -> dict:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties, "DependsOn": list(depends_on)}


def api(name: str, **properties: object) -> dict:
    """An API that asks one function, whatever it is asked."""
    of_it = {"RestApiId": {"Ref": name}}
    uri = f"arn:aws:apigateway:{EAST}:lambda:path/2015-03-31/functions/${{Echo.Arn}}/invocations"
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}}
    method = of_it | {"HttpMethod": "ANY", "AuthorizationType": "NONE", "Integration": integration}
    root = {"Fn::GetAtt": [name, "RootResourceId"]}
    return {
        name: part("RestApi", Name=name, **properties),
        f"{name}Any": part("Resource", ParentId=root, PathPart="{any+}", **of_it),
        f"{name}AtRoot": part("Method", ResourceId=root, **method),
        f"{name}BelowRoot": part("Method", ResourceId={"Ref": f"{name}Any"}, **method),
        f"{name}Deployment": part("Deployment", f"{name}AtRoot", f"{name}BelowRoot", **of_it),
        f"{name}Stage": part("Stage", StageName="live", DeploymentId={"Ref": f"{name}Deployment"}, **of_it),
    }


def resources() -> dict:
    return {
        "Role": ROLE,
        "Echo": function(ECHO, FunctionName="echo"),
        **api("Named", DisableExecuteApiEndpoint=True),
        **api("Open"),
        "Domain": part(
            "DomainName",
            DomainName=NAME,
            RegionalCertificateArn=f"arn:aws:acm:{EAST}:000000000000:certificate/1",
            EndpointConfiguration={"Types": ["REGIONAL"]},
        ),
        "Mapping": part(
            "BasePathMapping",
            "NamedStage",
            DomainName={"Ref": "Domain"},
            RestApiId={"Ref": "Named"},
            Stage="live",
        ),
    }


class ApiHosts(unittest.TestCase):
    region: Process

    def ask(self, method: str, path: str, host: str = NAME, body: bytes | None = None, **headers: str) -> tuple:
        connection = http.client.HTTPConnection(self.region.url.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, path, body, {"Host": host} | headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def expect_function(self, method: str, path: str, body: bytes | None = None, **headers: str) -> None:
        with self.subTest(f"{method} {path}"):
            status, answered, content = self.ask(method, path, body=body, **headers)
            self.assertEqual((status, answered["x-from"]), (203, "the function"))
            if method != "HEAD":
                self.assertEqual(json.loads(content), {"httpMethod": method, "path": path.partition("?")[0]})

    def test_every_path_is_the_apis(self):
        for path in RESERVED:
            self.expect_function("GET", path)
        for method, path in RESERVED_WITH_BODY:
            self.expect_function(method, path, b"{}")

    def test_a_preflight_is_the_apis(self):
        for path in ("/orders", "/health"):
            self.expect_function(
                "OPTIONS", path, **{"Origin": "https://shop", "Access-Control-Request-Method": "POST"}
            )

    def test_every_method_is_the_apis(self):
        for method in ("HEAD", "PATCH", "PUT", "DELETE"):
            self.expect_function(method, "/orders/1", b"" if method == "PATCH" else None)

    def test_headers_that_name_a_service_of_aws_are_the_apis(self):
        self.expect_function("POST", "/", b"{}", **{"X-Amz-Target": "DynamoDB_20120810.ListTables"})
        self.expect_function("GET", "/orders?Action=ListQueues&Version=2012-11-05")

    def test_a_signature_for_another_region_leads_to_no_other_region(self):
        # Nothing serves the peer: had it been forwarded, the answer would be 503.
        scope = f"test/20260101/{WEST}/execute-api/aws4_request"
        signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        self.expect_function("GET", "/orders", Authorization=signed)
        self.expect_function("GET", f"/orders?X-Amz-Credential={scope.replace('/', '%2F')}")

    def test_a_name_without_an_api_is_answered_by_nobody(self):
        for method, path in [("GET", path) for path in RESERVED] + RESERVED_WITH_BODY + [("OPTIONS", "/health")]:
            with self.subTest(f"{method} {path}"):
                status, _, body = self.ask(method, path, host=GONE, body=b"{}" if method != "GET" else None)
                self.assertEqual((status, json.loads(body)), (403, {"message": "Forbidden"}))

    def test_a_disabled_default_endpoint_is_forbidden(self):
        apis = {api["name"]: api["id"] for api in self.region.client("apigateway").get_rest_apis()["items"]}
        for name, expected in (("Named", 403), ("Open", 203)):
            by_host = (f"{apis[name]}.execute-api.127.0.0.1", "/live/health")
            by_path = ("127.0.0.1", f"/restapis/{apis[name]}/live/_user_request_/health")
            for host, path in (by_host, by_path):
                with self.subTest(f"{name} {host}"):
                    self.assertEqual(self.ask("GET", path, host=host)[0], expected)

    def test_this_process_is_asked_at_its_address(self):
        for host in ("127.0.0.1", self.region.url.removeprefix("http://"), "localhost:4566"):
            status, _, body = self.ask("GET", "/_local-region/status", host=host)
            self.assertEqual((status, json.loads(body)["region"]), (200, EAST))
            status, _, body = self.ask("GET", "/_ministack/health", host=host)
            self.assertEqual((status, "services" in json.loads(body)), (200, True))


if __name__ == "__main__":
    unittest.main()

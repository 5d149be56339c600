import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import cloudformation, scope, tracing_permission
from local_region.refusals import Refusal
from local_region.tracing_permission import CREATE_FUNCTION, FUNCTIONS, ROLES, UPDATE_CONFIGURATION

ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/runs"
ACTIVE, PASS_THROUGH = {"Mode": "Active"}, {"Mode": "PassThrough"}
MESSAGE = "The provided execution role does not have permissions to call PutTraceSegments on XRAY"


def allowing(*actions: str, effect: str = "Allow", **more: object) -> str:
    return json.dumps({"Statement": [{"Effect": effect, "Action": list(actions), "Resource": "*", **more}]})


TRACING = allowing("xray:PutTraceSegments", "xray:PutTelemetryRecords")


class TracingPermission(unittest.TestCase):
    def setUp(self):
        from ministack.services import iam, lambda_svc

        for service in (iam, lambda_svc):
            service.reset()
            self.addCleanup(service.reset)
        for patch in (
            mock.patch.dict(cloudformation.HANDLERS.get()[tracing_permission.TYPE]),
            mock.patch.object(lambda_svc, "_create_function", lambda_svc._create_function),
            mock.patch.object(lambda_svc, "_update_config", lambda_svc._update_config),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        tracing_permission.install()
        self.iam = iam

    def role(self, inline: str | None = None, attached: tuple[str, ...] = (), boundary: str | None = None) -> None:
        role = {"RoleName": "runs", "Arn": ROLE, "AttachedPolicies": list(attached)}
        role["InlinePolicies"] = {"inline": inline} if inline else {}
        if boundary:
            role["PermissionsBoundary"] = boundary
        ROLES.get()["runs"] = role

    def managed(self, name: str, document: str) -> str:
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
        self.iam._policies[arn] = {"DefaultVersionId": "v1", "Versions": {"v1": {"Document": document}}}
        return arn

    def create(self, tracing: dict) -> str:
        FUNCTIONS.get().clear()
        function = {"FunctionName": "orders", "Runtime": "nodejs20.x", "Handler": "i.h", "Role": ROLE, "Code": {}}
        status, _, body = CREATE_FUNCTION.get()(function | {"TracingConfig": tracing})
        return self.outcome(status, body)

    def update(self, **change: object) -> str:
        status, _, body = UPDATE_CONFIGURATION.get()("orders", change)
        return self.outcome(status, body)

    def outcome(self, status: int, body: bytes) -> str:
        answer = json.loads(body)
        if status >= 400:
            self.assertEqual((status, answer["__type"], answer["message"]),
                             (400, "InvalidParameterValueException", MESSAGE))  # fmt: skip
        return "refused" if status >= 400 else "accepted"

    def test_the_role_needs_the_permission_at_that_moment(self):
        self.assertEqual(self.create(ACTIVE), "refused")
        self.role()
        self.assertEqual(self.create(ACTIVE), "refused")
        self.role(allowing("logs:*"))
        self.assertEqual(self.create(ACTIVE), "refused")
        self.assertEqual(self.create(PASS_THROUGH), "accepted")
        self.role(TRACING)
        self.assertEqual(self.create(ACTIVE), "accepted")

    def test_managed_policies_denials_and_boundaries_count(self):
        tracing, logging = self.managed("tracing", TRACING), self.managed("logging", allowing("logs:*"))
        for role, outcome in (
            ({"attached": (logging, tracing)}, "accepted"),
            ({"attached": ("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",)}, "accepted"),
            ({"inline": allowing("*")}, "accepted"),
            ({"inline": allowing("xray:*", effect="Deny"), "attached": (tracing,)}, "refused"),
            ({"inline": TRACING, "boundary": logging}, "refused"),
        ):
            with self.subTest(role):
                self.role(**role)
                self.assertEqual(self.create(ACTIVE), outcome)

    def test_an_update_is_refused_as_well(self):
        self.role()
        self.create(PASS_THROUGH)
        self.assertEqual(self.update(TracingConfig=ACTIVE), "refused")
        self.assertEqual(self.update(Timeout=10, TracingConfig=PASS_THROUGH), "accepted")
        self.role(TRACING)
        self.assertEqual(self.update(TracingConfig=ACTIVE), "accepted")
        self.role()
        self.assertEqual(self.update(Role=ROLE), "refused")
        self.assertEqual(self.update(Timeout=20), "accepted")

    def test_a_policy_that_comes_too_late_fails_the_deployment(self):
        properties = {"FunctionName": "orders", "Runtime": "nodejs20.x", "Handler": "i.h", "Role": ROLE}
        properties |= {"Code": {"ZipFile": "exports.h = async () => {};"}, "TracingConfig": ACTIVE}
        handler = cloudformation.HANDLERS.get()[tracing_permission.TYPE]
        self.role()
        with self.assertRaisesRegex(Refusal, rf"{MESSAGE} \(Service: Lambda.*InvalidParameterValueException"):
            handler["create"]("Orders", properties, "stack")
        self.role(TRACING)
        handler["create"]("Orders", properties, "stack")
        self.role()
        with self.assertRaises(Refusal):
            handler["update"]("orders", properties, properties | {"Timeout": 5}, "stack", "Orders")


if __name__ == "__main__":
    unittest.main()

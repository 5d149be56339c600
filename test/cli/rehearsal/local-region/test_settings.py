import contextlib
import io
import unittest
from pathlib import Path

from local_region import settings


def parse(*arguments: str) -> settings.Settings:
    required = ("--region", "us-west-2", "--port", "4571", "--state", "/tmp/state")
    return settings.parse([*required, *arguments])


class Arguments(unittest.TestCase):
    def test_peers_by_region(self):
        chosen = parse("--peer", "eu-west-1=http://127.0.0.1:4570", "--peer", "eu-west-2=http://127.0.0.1:4572/")
        self.assertEqual(
            chosen.peers, {"eu-west-1": "http://127.0.0.1:4570", "eu-west-2": "http://127.0.0.1:4572"}
        )

    def test_global_services_are_at_home_unless_said_otherwise(self):
        peer = ("--peer", "eu-west-1=http://127.0.0.1:4570")
        self.assertEqual(parse(*peer).global_services_in, "us-west-2")
        self.assertEqual(parse(*peer, "--global-services-in", "eu-west-1").global_services_in, "eu-west-1")

    def test_hosted_zones_by_name(self):
        chosen = parse("--hosted-zone", "example.com=Z1", "--hosted-zone", "example.org=Z2")
        self.assertEqual(chosen.hosted_zones, {"example.com": "Z1", "example.org": "Z2"})

    def test_canaries_have_the_time_scale_of_all_else_unless_said_otherwise(self):
        self.assertEqual(parse("--time-scale", "10").deployment_time_scale, 10)
        self.assertEqual(parse("--time-scale", "10", "--deployment-time-scale", "40").deployment_time_scale, 40)

    def test_a_seed_is_random_unless_said_otherwise(self):
        self.assertNotEqual(parse().seed, parse().seed)
        self.assertEqual(parse("--seed", "0").seed, 0)

    def test_refused(self):
        for arguments in (
            ("--peer", "eu-west-1=http://10.0.0.1:4570"),
            ("--peer", "http://127.0.0.1:4570"),
            ("--peer", "us-west-2=http://127.0.0.1:4570"),
            ("--global-services-in", "eu-west-1"),
            ("--hosted-zone", "example.com"),
            ("--hosted-zone", "example.com=example.org"),
        ):
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
                parse(*arguments)


class Environment(unittest.TestCase):
    def setUp(self):
        inherited = {"PATH": "/bin", "AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "secret"}
        self.environment = settings.environment(parse(), inherited | {"MINISTACK_REGION": "x"})

    def test_nothing_of_the_callers_account_is_inherited(self):
        self.assertNotIn("AWS_PROFILE", self.environment)
        self.assertNotIn("AWS_SESSION_TOKEN", self.environment)
        self.assertEqual(self.environment["AWS_ACCESS_KEY_ID"], "test")
        self.assertEqual(self.environment["PATH"], "/bin")

    def test_everything_is_written_below_the_state_directory(self):
        for name in ("TMPDIR", "STATE_DIR", "S3_DATA_DIR"):
            self.assertEqual(Path(self.environment[name]).parent, Path("/tmp/state").resolve())

    def test_region_and_endpoint_are_its_own(self):
        self.assertEqual(self.environment["MINISTACK_REGION"], "us-west-2")
        self.assertEqual(self.environment["AWS_ENDPOINT_URL"], "http://127.0.0.1:4571")
        self.assertEqual(self.environment["BIND_HOST"], "127.0.0.1")


if __name__ == "__main__":
    unittest.main()

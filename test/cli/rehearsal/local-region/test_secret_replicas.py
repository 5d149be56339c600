import unittest
from unittest import mock

from emulator import ACCOUNT, HOME, PEER
from local_region import cloudformation, scope, secret_replicas
from local_region.peers import Peers

NAME = "keys/acme"


class PeersOfThisProcess(Peers):
    """Has the peer's part done here, in the peer's scope."""

    def __init__(self) -> None:
        super().__init__({PEER: "http://127.0.0.1:1"})
        self.peer = secret_replicas.SecretReplicas(PEER, Peers({}))

    def call(self, region, path, body):
        assert path == "/_local-region/secret-replicas"
        with scope.within(body["account"], region):
            self.peer.receive(body)
        return {}


class SecretReplicas(unittest.TestCase):
    def setUp(self):
        from ministack.services import secretsmanager

        self.secrets = secretsmanager
        self.addCleanup(secretsmanager.reset)
        secretsmanager.reset()
        # Within this process there is one store, so that what MiniStack does by itself must not be seen.
        alone = mock.patch("ministack.services.cloudformation.provisioners._sm_secret_replicate")
        alone.start()
        self.addCleanup(alone.stop)
        for patch in (
            mock.patch.dict(cloudformation.HANDLERS.get()[secret_replicas.TYPE]),
            mock.patch(f"{cloudformation.WORKER_THREAD.module}.{cloudformation.WORKER_THREAD.name}", cloudformation.WORKER_THREAD.get()),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        secret_replicas.SecretReplicas(HOME, PeersOfThisProcess()).install()
        self.handler = cloudformation.HANDLERS.get()[secret_replicas.TYPE]

    def value_in(self, region: str):
        with scope.within(ACCOUNT, region):
            return self.secrets.resolve_secret_string(NAME, "AWSCURRENT", None)

    def properties(self, value: str, *regions: str) -> dict:
        return {"Name": NAME, "SecretString": value, "ReplicaRegions": [{"Region": region} for region in regions]}

    def create(self, *regions: str) -> dict:
        properties = self.properties("first", *regions)
        with scope.within(ACCOUNT, HOME):
            self.handler["create"]("Key", properties, "stack")
        return properties

    def test_a_replica_has_the_name_and_the_value_of_its_primary_and_an_arn_of_its_own_region(self):
        self.create(PEER)
        self.assertEqual([self.value_in(HOME), self.value_in(PEER)], ["first", "first"])
        with scope.within(ACCOUNT, PEER):
            self.assertIn(f":{PEER}:", secret_replicas.SECRETS.get()[NAME]["ARN"])

    def test_a_region_that_is_not_named_or_not_rehearsed_has_none(self):
        self.create("sa-east-1")
        self.assertEqual([self.value_in(HOME), self.value_in(PEER)], ["first", None])

    def test_another_value_comes_to_the_replicas_as_well(self):
        old = self.create(PEER)
        with scope.within(ACCOUNT, HOME):
            self.handler["update"](NAME, old, self.properties("second", PEER), "stack", "Key")
        self.assertEqual([self.value_in(HOME), self.value_in(PEER)], ["second", "second"])

    def test_replicas_go_with_the_primary(self):
        properties = self.create(PEER)
        with scope.within(ACCOUNT, HOME):
            self.handler["delete"](NAME, properties)
        self.assertEqual([self.value_in(HOME), self.value_in(PEER)], [None, None])

    def test_a_stack_waits_for_other_regions_beside_the_event_loop(self):
        self.assertTrue(cloudformation.WORKER_THREAD.get()(secret_replicas.TYPE))


if __name__ == "__main__":
    unittest.main()

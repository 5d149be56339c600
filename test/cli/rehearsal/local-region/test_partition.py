import unittest

from local_region.gateway import BadRequest
from local_region.partition import Cut, Partition


class PartitionTest(unittest.TestCase):
    def setUp(self):
        self.partition = Partition("us-west-2", ["eu-west-1", "eu-west-2"])

    def test_cuts_off_the_named_regions_until_it_is_healed(self):
        self.partition.check("eu-west-1")
        self.partition.set(["eu-west-1"])
        self.assertEqual(self.partition.peers, ["eu-west-1"])
        self.partition.check("eu-west-2")
        with self.assertRaisesRegex(Cut, "us-west-2 is cut off from eu-west-1"):
            self.partition.check("eu-west-1")
        self.partition.set(["eu-west-2"])
        self.partition.check("eu-west-1")
        self.partition.set([])
        self.assertEqual(self.partition.peers, [])

    def test_is_to_the_sender_as_if_the_region_did_not_answer(self):
        self.assertTrue(issubclass(Cut, OSError))

    def test_refuses_what_makes_no_sense_and_stays_as_it_was(self):
        self.partition.set(["eu-west-1"])
        for peers, reason in (
            (None, "has to be a list"),
            ("eu-west-1", "has to be a list"),
            ([1], "has to be a list"),
            (["us-west-2"], "us-west-2 has no peers"),
            (["eu-west-1", "sa-east-1"], "no peers .'sa-east-1'."),
        ):
            with self.subTest(peers), self.assertRaisesRegex(BadRequest, reason):
                self.partition.set(peers)
        self.assertEqual(self.partition.peers, ["eu-west-1"])


if __name__ == "__main__":
    unittest.main()

import unittest
from unittest import mock

from emulator import HOME, PEER
from local_region.creation_order import SORT, CreationOrder

RESOURCES = {
    "Role": {"Type": "AWS::IAM::Role"},
    "Policy": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}]}},
    "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}},
    "Alias": {"Type": "AWS::Lambda::Alias", "DependsOn": "Function"},
    "Queue": {"Type": "AWS::SQS::Queue"},
    "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Condition": "No"},
}


class Orders(unittest.TestCase):
    def setUp(self):
        # Installed once for each region of a test; what is left is MiniStack's own.
        patch = mock.patch(f"{SORT.module}.{SORT.name}", SORT.get())
        patch.start()
        self.addCleanup(patch.stop)

    def order(self, seed: int, *, home: str = HOME, times: int = 1, resources: dict = RESOURCES) -> tuple[str, ...]:
        with mock.patch(f"{SORT.module}.{SORT.name}", SORT.get()):
            CreationOrder(home, seed).install()
            return tuple([SORT.get()(resources, {"No": False}) for _ in range(times)][-1])

    def test_every_possible_one_happens_and_no_other(self):
        orders = {self.order(seed) for seed in range(500)}
        for order in orders:
            self.assertEqual(set(order), RESOURCES.keys() - {"Alarm"})
            for first, then in (("Role", "Policy"), ("Role", "Function"), ("Function", "Alias")):
                self.assertLess(order.index(first), order.index(then))
        self.assertEqual(len(orders), 15)

    def test_the_same_seed_repeats_each_order_of_a_stack(self):
        self.assertEqual([self.order(7, times=n) for n in (1, 2, 3)], [self.order(7, times=n) for n in (1, 2, 3)])

    def test_regions_and_repetitions_have_orders_of_their_own(self):
        self.assertGreater(len({self.order(7, times=n) for n in range(1, 20)}), 5)
        self.assertTrue(any(self.order(seed) != self.order(seed, home=PEER) for seed in range(20)))

    def test_a_circle_is_refused_as_before(self):
        circle = {"A": {"DependsOn": "B"}, "B": {"DependsOn": "A"}}
        with self.assertRaisesRegex(ValueError, "Circular dependency"):
            self.order(7, resources=circle)


if __name__ == "__main__":
    unittest.main()

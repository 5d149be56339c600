import sys
import types
import unittest

import emulator  # noqa: F401
from local_region import guards
from local_region.guards import Seam, UnexpectedMiniStack


def pinned(_: str) -> str:
    return guards.MINISTACK_VERSION


class Guards(unittest.TestCase):
    def setUp(self):
        module = types.ModuleType("pretended_service")
        module.start = lambda data, retries=0: ("started", data)
        module.store = {}
        sys.modules["pretended_service"] = module
        self.addCleanup(sys.modules.pop, "pretended_service")
        self.module = module

    def test_passes_what_is_as_it_was(self):
        guards.check(
            [Seam("pretended_service", "start", "(data, retries=0)"), Seam("pretended_service", "store")], pinned
        )

    def test_annotations_do_not_matter(self):
        def start(data: dict, retries: int = 0) -> tuple: ...

        self.module.start = start
        guards.check([Seam("pretended_service", "start", "(data, retries=0)")], pinned)

    def test_names_everything_that_changed(self):
        self.module.start = lambda data: data
        seams = [
            Seam("pretended_service", "start", "(data, retries=0)"),
            Seam("pretended_service", "stop", "()"),
            Seam("pretended_service", "store", "()"),
            Seam("pretended_module_that_is_gone", "start"),
        ]
        with self.assertRaises(UnexpectedMiniStack) as raised:
            guards.check(seams, lambda _: "9.9.9")
        message = str(raised.exception)
        self.assertIn("ministack is 9.9.9, expected 1.5.33", message)
        self.assertIn("pretended_service.start takes (data), expected (data, retries=0)", message)
        self.assertIn("pretended_service.stop is missing", message)
        self.assertIn("pretended_service.store is no function any more", message)
        self.assertIn("pretended_module_that_is_gone.start is missing", message)

    def test_wrap_replaces_the_function_where_it_is_looked_up(self):
        Seam("pretended_service", "start").wrap(lambda start: lambda data: ("wrapped", *start(data)))
        self.assertEqual(self.module.start(1), ("wrapped", "started", 1))

    def test_the_pinned_ministack_has_every_seam(self):
        from local_region import region

        guards.check(region.SEAMS)


if __name__ == "__main__":
    unittest.main()

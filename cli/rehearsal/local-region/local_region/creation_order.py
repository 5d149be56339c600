"""Any order in which AWS may make the resources of a stack.

MiniStack provisions one after the other, by name among those that are ready. AWS makes all that are ready side by side:
"By default, CloudFormation determines a resource creation order based on the resources' dependencies. It also creates
resources in parallel if they have no dependencies between them", and deletes in the reverse order, by
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html.
So a dependency that a template lacks is a race. Here the next resource is a random one of those that are ready, and
the seed repeats it. Two that are under way at the same time are not to be had.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from .guards import Seam

SORT = Seam("ministack.services.cloudformation.stacks", "_topological_sort", "(resources, conditions)")
DEPENDENCIES = Seam(
    "ministack.services.cloudformation.engine", "_extract_deps", "(resource_def, all_resource_names)"
)
SEAMS = (SORT, DEPENDENCIES)

Sort = Callable[[dict[str, Any], dict[str, bool]], list[str]]


class CreationOrder:
    """Orders, the same for the same seed, region, resources and number of times that these were put in order."""

    def __init__(self, home: str, seed: int) -> None:
        self.seed = seed
        self._home = home
        self._times: Counter[tuple[str, ...]] = Counter()

    def install(self) -> None:
        SORT.wrap(self._shuffling)

    def _shuffling(self, sort: Sort) -> Sort:
        def topological_sort(resources, conditions):
            # What refuses a circle, and leaves out what a condition does.
            return self._shuffle(sort(resources, conditions), resources)

        return topological_sort

    def _shuffle(self, names: list[str], resources: dict[str, Any]) -> list[str]:
        chance = random.Random(self._seed_of(names))
        waits_for = {name: DEPENDENCIES.get()(resources[name], set(names)) - {name} for name in names}
        ordered: list[str] = []
        while waits_for:
            ready = [name for name, missing in waits_for.items() if missing.issubset(ordered)]
            ordered.append(chance.choice(ready))
            del waits_for[ordered[-1]]
        return ordered

    def _seed_of(self, names: list[str]) -> str:
        """Nothing of other stacks, which are deployed at the same time, and the name of the stack is not told."""
        stack = tuple(sorted(names))
        self._times[stack] += 1
        return f"{self.seed} {self._home} {self._times[stack]} {' '.join(stack)}"

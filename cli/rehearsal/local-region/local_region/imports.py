"""What `ImportExistingResources` takes over, of the types that the library's templates keep under a literal name.

"The resource must have a static custom name defined in your template", "a DeletionPolicy of Retain or
RetainExceptOnCreate", must "not already belong to another CloudFormation stack", and "primary IDs with read only
properties aren't supported", by
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html. MiniStack does all
that, for the types that it knows; a queue, identified by its URL, is made, which its name prevents. What is taken over
stays as it is, whatever the template says of it, until an update changes the template.
The types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html.
Their identifiers are the names, by the `primaryIdentifier` of their schemas.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import cloudformation
from .cloudformation import Provisioned
from .guards import Seam
from .taken_names import ARCHIVES, BUSES, TABLES

_CHANGE_SETS = "ministack.services.cloudformation.changesets"
LOOKUPS = Seam(_CHANGE_SETS, "_IMPORT_LOOKUPS")
NOT_FOUND = Seam(_CHANGE_SETS, "_IMPORT_NOT_FOUND")
TABLE_ATTRIBUTES = Seam("ministack.services.cloudformation.provisioners", "_ddb_attrs", "(table)")
SEAMS = (LOOKUPS, NOT_FOUND, TABLE_ATTRIBUTES)


@dataclass(frozen=True)
class ImportableType:
    name: str
    identifier: str
    """The property that identifies a resource."""
    store: Seam
    """By that property, of the region."""

    def install(self) -> None:
        LOOKUPS.get()[self.name] = ((self.identifier,), self._problem)
        cloudformation.HANDLERS.get()[self.name]["import"] = self._adopt

    def _problem(self, name: str) -> str | None:
        return None if name in self.store.get() else NOT_FOUND.get().format(type=self.name, value=name)

    def _adopt(self, identifier: dict[str, str]) -> Provisioned:
        name = identifier[self.identifier]
        return name, self._attributes(name)

    def _attributes(self, name: str) -> dict[str, str]:
        record = self.store.get()[name]
        if self.store is TABLES:
            return TABLE_ATTRIBUTES.get()(record) | {"TableId": record["TableId"]}
        return {"Arn": record.get("Arn") or record["ArchiveArn"], self.identifier: name}


TYPES = (
    ImportableType("AWS::DynamoDB::GlobalTable", "TableName", TABLES),
    ImportableType("AWS::Events::EventBus", "Name", BUSES),
    ImportableType("AWS::Events::Archive", "ArchiveName", ARCHIVES),
)


def install() -> None:
    for importable_type in TYPES:
        importable_type.install()

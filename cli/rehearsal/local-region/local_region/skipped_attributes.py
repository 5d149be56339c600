"""What `Fn::GetAtt` gives of a resource that is only a record: a literal for any attribute, of the shape that its name says.

No literal leads anywhere: hosts are below `.invalid`, which never resolves, https://www.rfc-editor.org/rfc/rfc2606#section-2.
"""

from __future__ import annotations

from . import scope


class Attributes(dict):
    """Has every attribute, and keeps those that were asked for."""

    service: str
    kind: str
    name: str
    region: str
    account: str

    @classmethod
    def of(cls, resource_type: str, name: str) -> Attributes:
        attributes = cls()
        parts = resource_type.lower().split("::")
        attributes.service, attributes.kind = parts[-2], parts[-1]
        attributes.name = name
        attributes.region, attributes.account = scope.region(), scope.account()
        return attributes

    def __contains__(self, attribute: object) -> bool:
        return isinstance(attribute, str) and attribute != ""

    def __missing__(self, attribute: str) -> str:
        self[attribute] = self._literal(attribute.rpartition(".")[2])
        return self[attribute]

    def _literal(self, attribute: str) -> str:
        if attribute.upper().endswith("ARN"):
            kind = attribute[:-3].lower() or self.kind
            return f"arn:aws:{self.service}:{self.region}:{self.account}:{kind}/{self.name}"
        host = f"{self.name}.{self.service}.{self.region}.invalid".lower()
        if attribute.endswith(("Url", "URL", "Uri", "URI")):
            return f"https://{host}"
        if attribute.endswith(("Endpoint", "Address", "DomainName", "DNSName", "DnsName", "Host", "HostName")):
            return host
        if attribute.endswith("Port"):
            return "443"
        return self.name if attribute in ("Id", "ID", "Name") else f"{self.name}-{attribute}"

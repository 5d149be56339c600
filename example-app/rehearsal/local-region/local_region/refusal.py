"""What AWS answers when it refuses a call, as CloudFormation reports it for a resource."""

from __future__ import annotations


class Refused(Exception):
    def __init__(self, service: str, code: str, message: str) -> None:
        super().__init__(f"{message} (Service: {service}, Status Code: 400, Error Code: {code})")
        self.code = code
        self.message = message

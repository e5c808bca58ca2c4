# SPDX-License-Identifier: EUPL-1.2
"""A small validator of JSON Schema 2020-12: exactly the keywords that our schemas use.

It is independent of the classes that the schema was made from, and refuses keywords it does not
know, so that a schema cannot grow a rule that nobody checks.
"""

import re
from collections.abc import Callable
from typing import Any

_ANNOTATIONS = {"title", "description", "default", "$schema", "$id", "$defs", "format"}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
    "boolean": bool, "null": type(None),
}  # fmt: skip


class Validator:
    """Checks values against one schema document."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root

    def faults(self, value: Any, schema: dict[str, Any] | None = None, at: str = "$") -> list[str]:
        """Return what is wrong with ``value``, as lines of path and keyword."""
        schema = self._root if schema is None else schema
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            return self.faults(value, self._root["$defs"][name], at)
        rules = {key: rule for key, rule in schema.items() if key not in _ANNOTATIONS}
        # Of a value of another type nothing else can be said.
        if "type" in rules and not _holds("type", rules["type"], value, schema):
            return [f"{at}: type"]
        found: list[str] = []
        for keyword, rule in rules.items():
            if keyword in ("properties", "items", "anyOf"):
                found += self._deeper(keyword, rule, value, at)
            elif not _holds(keyword, rule, value, schema):
                found.append(f"{at}: {keyword}")
        return found

    def _deeper(self, keyword: str, rule: Any, value: Any, at: str) -> list[str]:
        if keyword == "anyOf":
            fits = any(not self.faults(value, option, at) for option in rule)
            return [] if fits else [f"{at}: anyOf"]
        if keyword == "items":
            pairs = [(f"{at}[{i}]", item, rule) for i, item in enumerate(value)]
        else:
            pairs = [(f"{at}.{k}", value[k], sub) for k, sub in rule.items() if k in value]
        return [fault for path, item, sub in pairs for fault in self.faults(item, sub, path)]


def _holds(keyword: str, rule: Any, value: Any, schema: dict[str, Any]) -> bool:
    checks: dict[str, Callable[[], object]] = {
        "type": lambda: (
            isinstance(value, _TYPES[rule]) and (rule == "boolean" or not isinstance(value, bool))
        ),
        "const": lambda: value == rule,
        "enum": lambda: value in rule,
        "pattern": lambda: not isinstance(value, str) or re.search(rule, value) is not None,
        "required": lambda: set(rule) <= set(value),
        "additionalProperties": lambda: rule is False and set(value) <= set(schema["properties"]),
    }
    return bool(checks[keyword]())

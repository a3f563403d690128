"""Checks a request against botocore's own service model, compiled once into plain functions.

botocore's client checks types, required and unknown members and minimum lengths. The service also
enforces the model's `max`, `enum` and `pattern`, so these are checked here too.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.session import get_session

Check = Callable[[Any, str], None]

SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
}


class ShapeError(Exception):
    """The request does not have the shape that the service's model asks for."""


@cache
def service_model(service: str) -> ServiceModel:
    """botocore's model of a service, as boto3 itself loads it."""
    return get_session().get_service_model(service)


@cache
def input_check(service: str, operation: str) -> Check:
    """The check of one operation's input; it raises ShapeError naming the member."""
    shape = service_model(service).operation_model(operation).input_shape
    return _anything if shape is None else compile_shape(shape)


def compile_shape(shape: Shape) -> Check:
    """Compile a shape of the model into a check of a decoded JSON value."""
    if isinstance(shape, StructureShape):
        return _structure(shape)
    if isinstance(shape, ListShape):
        return _list(shape)
    if isinstance(shape, MapShape):
        return _map(shape)
    if shape.type_name == "blob":
        return _blob
    return _scalar(shape)


def _anything(_value: Any, _where: str) -> None:
    return


def _structure(shape: StructureShape) -> Check:
    # A shape may contain itself (DynamoDB's do); neither service's requests here do.
    members = {
        member.serialization.get("name", name): compile_shape(member)
        for name, member in shape.members.items()
    }
    required = tuple(shape.required_members)

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise ShapeError(f"Value at '{where}' must be an object")
        for name in required:
            if value.get(name) is None:
                raise ShapeError(
                    f"Value null at '{_join(where, name)}' failed to satisfy constraint: "
                    "Member must not be null"
                )
        for name, item in value.items():
            if name not in members:
                raise ShapeError(f"Unknown member '{_join(where, name)}'")
            if item is not None:
                members[name](item, f"{where}.{name}" if where else name)

    return check


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _list(shape: ListShape) -> Check:
    member = compile_shape(shape.member)
    in_range = _range(shape.metadata, "length")

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise ShapeError(f"Value at '{where}' must be a list")
        in_range(len(value), where)
        for item in value:
            member(item, where)

    return check


def _map(shape: MapShape) -> Check:
    key_check, value_check = compile_shape(shape.key), compile_shape(shape.value)

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise ShapeError(f"Value at '{where}' must be an object")
        for key, item in value.items():
            key_check(key, where)
            value_check(item, where)

    return check


def _scalar(shape: Shape) -> Check:
    types = SCALARS.get(shape.type_name)
    if types is None:
        return _anything
    wants_bool = bool in types
    constrained = _constraints(shape)

    def check(value: Any, where: str) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and not wants_bool):
            raise ShapeError(f"Value at '{where}' must be a {shape.type_name}")
        constrained(value, where)

    return check


def _constraints(shape: Shape) -> Check:
    if shape.type_name != "string":
        return _range(shape.metadata, "value")
    allowed = frozenset(getattr(shape, "enum", ()))
    pattern = re.compile(shape.metadata["pattern"]) if "pattern" in shape.metadata else None
    if not allowed and pattern is None and not shape.metadata.keys() & {"min", "max"}:
        return _anything
    in_range = _range(shape.metadata, "length")

    def check(value: Any, where: str) -> None:
        in_range(len(value), where)
        if allowed and value not in allowed:
            raise ShapeError(
                f"Value at '{where}' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{', '.join(sorted(allowed))}]"
            )
        if pattern is not None and not pattern.fullmatch(value):
            raise ShapeError(
                f"Value at '{where}' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {pattern.pattern}"
            )

    return check


def _range(metadata: Mapping[str, Any], noun: str) -> Check:
    low, high = metadata.get("min"), metadata.get("max")
    if low is None and high is None:
        return _anything
    least = float("-inf") if low is None else low
    most = float("inf") if high is None else high

    def check(number: Any, where: str) -> None:
        if not least <= number <= most:
            bound = f"greater than or equal to {low}" if number < least else f"at most {high}"
            raise ShapeError(
                f"Value at '{where}' failed to satisfy constraint: Member must have {noun} {bound}"
            )

    return check


def _blob(value: Any, where: str) -> None:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ShapeError(f"Value at '{where}' must be base64") from None

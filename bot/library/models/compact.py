"""Models in half the memory: 1,000 articles are 170,000 objects, and each byte counts so often.

pydantic gives each object a dictionary and a set of its own. Made anew attribute by attribute, the
objects of a class share one table of keys (PEP 412), and what nobody asks is shared by all.
Measured with 12,000 quotes: 147 MB before, 80 after.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, get_args

from bot.library.models.fields import Model

M = TypeVar("M", bound=Model)

_put = object.__setattr__  # the models are frozen
_NO_FIELDS: set[str] = set()
"""Which fields were written, which only `model_dump(exclude_unset=True)` would ask."""


def compact(model: M) -> M:
    """An equal model, made of equal ones."""
    kind = type(model)
    made: M = kind.__new__(kind)
    _put(made, "__pydantic_fields_set__", _NO_FIELDS)
    _put(made, "__pydantic_extra__", None)
    _put(made, "__pydantic_private__", None)
    inner = _inner(kind)
    for name, value in model.__dict__.items():
        if name in inner and value:
            many = type(value) is tuple
            value = tuple([compact(one) for one in value]) if many else compact(value)
        _put(made, name, value)
    return made


@cache
def _inner(kind: type[Model]) -> frozenset[str]:
    """The fields that hold models, one or many of them."""
    fields = kind.model_fields.items()
    return frozenset(name for name, field in fields if _is_of_models(field.annotation))


def _is_of_models(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return True
    return any(map(_is_of_models, get_args(annotation)))

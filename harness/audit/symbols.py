"""Defines what the names in a file mean: modules, classes, functions, the types of attributes, and locks."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harness.audit.places import Place

if TYPE_CHECKING:
    from harness.audit.places import Lock

__all__ = ["BODY", "ROUTES", "Class", "Function", "FunctionNode", "Module", "assigned_names", "dotted"]

BODY = "<module>"
"""The name of the function that a module's own statements make."""

ROUTES = frozenset({"get", "post", "put", "patch", "delete", "route", "before_request", "after_request", "websocket"})
"""Decorators by which a web framework takes a function as a handler."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True, eq=False)
class Function:
    """Describes a function, method or lambda.

    Attributes:
        captured: Its own variables that functions inside it use too.
        declared: Names that it declares ``global`` or ``nonlocal``.
    """

    name: str
    qualname: str
    node: FunctionNode
    module: Module
    owner: Class | None = None
    parent: Function | None = None
    bound: frozenset[str] = frozenset()
    captured: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()
    nested: dict[ast.AST, Function] = field(default_factory=dict)

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def line(self) -> int:
        return self.node.lineno

    @property
    def public(self) -> bool:
        return not self.name.startswith("_")

    @property
    def decorators(self) -> list[ast.expr]:
        return [] if isinstance(self.node, ast.Lambda) else self.node.decorator_list

    def decorated(self, *endings: str) -> bool:
        """Whether some decorator's name ends so."""
        names = (dotted(each.func if isinstance(each, ast.Call) else each, self.module) for each in self.decorators)
        return any(name.split(".")[-1] in endings for name in names)


@dataclass(slots=True, eq=False)
class Class:
    """Describes a class, with what its own body and methods say of its attributes."""

    name: str
    module: Module
    node: ast.ClassDef
    methods: dict[str, Function] = field(default_factory=dict)
    bases: list[Class] = field(default_factory=list)
    locks: dict[str, Lock] = field(default_factory=dict)
    types: dict[str, Class] = field(default_factory=dict)
    externals: dict[str, str] = field(default_factory=dict)
    elements: dict[str, Class] = field(default_factory=dict)
    inner: dict[str, tuple[str, int]] = field(default_factory=dict)  # what containers keep, and how deep: see _inner
    assigned_in: dict[str, set[ast.AST]] = field(default_factory=dict)  # the methods that set an attribute
    given: set[str] = field(default_factory=set)  # attributes that are parameters of the method that sets them
    attributes: set[str] = field(default_factory=set)
    home: Place | None = None  # the container that keeps objects of this class, if there is one

    @property
    def label(self) -> str:
        """What a place says of the class that it belongs to."""
        return f"{self.module.path}:{self.name}"

    def place_of(self, attribute: str) -> Place:
        """Where an attribute of its objects lives: a record's, in the container that keeps the records."""
        if self.home is not None:
            return replace(self.home, field=attribute)
        return Place(self.owner_of(attribute).label, attribute)

    @property
    def line_of_classes(self) -> list[Class]:
        """The class and its bases, the nearest first."""
        found = [self]
        for base in self.bases:
            found.extend(each for each in base.line_of_classes if each not in found)
        return found

    def method(self, name: str) -> Function | None:
        return next((each.methods[name] for each in self.line_of_classes if name in each.methods), None)

    def lock(self, name: str) -> Lock | None:
        return next((each.locks[name] for each in self.line_of_classes if name in each.locks), None)

    def type_of(self, name: str) -> Class | None:
        return next((each.types[name] for each in self.line_of_classes if name in each.types), None)

    def external(self, name: str) -> str:
        return next((each.externals[name] for each in self.line_of_classes if name in each.externals), "")

    def inside(self, name: str) -> tuple[str, int]:
        return next((each.inner[name] for each in self.line_of_classes if name in each.inner), ("", 0))

    def keeps(self, name: str) -> bool:
        """Whether an attribute is each object's own: some method sets it on ``self``."""
        return bool(self.makers(name))

    def is_given(self, name: str) -> bool:
        """Whether what the attribute refers to came from outside, so that several objects may have it."""
        return any(name in each.given for each in self.line_of_classes)

    def makers(self, name: str) -> frozenset[ast.AST]:
        """The methods that set the attribute."""
        return frozenset(node for each in self.line_of_classes for node in each.assigned_in.get(name, ()))

    @property
    def metaclass(self) -> str:
        """The name of its metaclass; empty if that is ``type``."""
        found = (keyword.value for keyword in self.node.keywords if keyword.arg == "metaclass")
        return next((dotted(value, self.module) for value in found), "")

    def element(self, name: str) -> Class | None:
        return next((each.elements[name] for each in self.line_of_classes if name in each.elements), None)

    def owner_of(self, name: str) -> Class:
        """The class that first made the attribute: the same one for all that inherit it."""
        return next((each for each in reversed(self.line_of_classes) if name in each.attributes), self)

    @property
    def is_thread(self) -> bool:
        """It inherits from :class:`threading.Thread`."""
        names = (dotted(base, each.module) for each in self.line_of_classes for base in each.node.bases)
        return any(name in ("threading.Thread", "threading.Timer") for name in names)

    @property
    def all_locks(self) -> list[Lock]:
        return [lock for each in self.line_of_classes for lock in each.locks.values()]

    @property
    def all_methods(self) -> dict[str, Function]:
        found: dict[str, Function] = {}
        for each in reversed(self.line_of_classes):
            found.update(each.methods)
        return found


@dataclass(slots=True, eq=False)
class Module:
    """Describes one file."""

    path: str
    tree: ast.Module
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()
    locks: dict[str, Lock] = field(default_factory=dict)
    types: dict[str, Class] = field(default_factory=dict)
    externals: dict[str, str] = field(default_factory=dict)
    elements: dict[str, Class] = field(default_factory=dict)
    inner: dict[str, tuple[str, int]] = field(default_factory=dict)
    body: Function | None = None


def dotted(node: ast.expr, module: Module) -> str:
    """Return ``threading.Lock`` for whatever the module calls it; empty if it is no plain name."""
    match node:
        case ast.Name(id=name):
            return module.imports.get(name, name)
        case ast.Attribute(value=value, attr=attr):
            inner = dotted(value, module)
            return f"{inner}.{attr}" if inner else ""
        case ast.Constant(value=str(name)) if name.isidentifier():
            return module.imports.get(name, name)
        case _:
            return ""


def assigned_names(body: list[ast.stmt]) -> frozenset[str]:
    """Return the names that these statements bind, functions and classes inside them left alone."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(body)
    while waiting:  # not by recursion: a chain of ``elif`` is as deep as it is long
        node = waiting.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                continue
            case ast.Lambda():
                continue
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.ExceptHandler(name=str(name)):
                found.add(name)
            case _:
                pass
        waiting.extend(ast.iter_child_nodes(node))
    return frozenset(found)

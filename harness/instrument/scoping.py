"""Tells where a name leads: the functions and classes around a node, and the variables that may be seen to change."""

from __future__ import annotations

import ast
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from harness.instrument import hooks
from harness.instrument.library import is_library
from harness.instrument.opaque import is_controlled_module
from harness.instrument.scopes import Scopes

if TYPE_CHECKING:
    from harness.instrument.scopes import Scope

__all__ = ["Scoping"]


class Scoping:
    """Follows the scopes of a module while it is rewritten.

    Args:
        tree: The module.
        file: Its path.
        names: Its globals.

    Attributes:
        scope: The scope around the node.
        depth: Functions around the node; 0 for code that runs at import.
        classes: Names of the classes around the node.
        yields: The function around the node is a generator, as far as it has been read.
        names: The globals of the module.
    """

    def __init__(self, tree: ast.Module, file: str, names: dict[str, Any]) -> None:
        self._scopes = Scopes(tree)
        self._file = file
        self.scope: Scope = self._scopes.of[tree]
        self.depth = 0
        self.classes: list[str] = []
        self.yields = False
        self.names = names

    def enter(self, node: ast.AST) -> Scope:
        """Go into the scope that ``node`` opens.

        Returns:
            The scope to go back to.
        """
        outer, self.scope = self.scope, self._scopes.of[node]
        return outer

    def mangled(self, name: str) -> str:
        """Spell an attribute as the class around the node does: ``__x`` is ``_Class__x``."""
        if self.classes and name.startswith("__") and not name.endswith("__"):
            stripped = self.classes[-1].lstrip("_")
            return f"_{stripped}{name}" if stripped else name
        return name

    def is_rebound_global(self, name: str) -> bool:
        """Whether some function stores or deletes the global ``name``."""
        return name in self._scopes.rebound_globals

    def is_library(self, node: ast.AST) -> bool:
        """Whether a node names a module that is not the program's: functions there are not the program's state."""
        if not isinstance(node, ast.Name) or self.scope.owner(node.id) is not None:
            return False
        if self.is_rebound_global(node.id):
            return False
        value = self.names.get(node.id)
        return isinstance(value, ModuleType) and is_library(getattr(value, "__file__", None))

    def is_controlled_function(self, node: ast.Attribute) -> bool:
        """Whether the engine controls the module of a function, and the function calls nothing that it is given."""
        module = self.names[node.value.id]  # type: ignore[attr-defined]
        return is_controlled_module(module.__name__) and node.attr not in hooks.HANDING

    def is_rewritten_function(self, name: str) -> bool:
        """Whether a global stands for a function of this module, which announces what it does."""
        if self.is_rebound_global(name):
            return False
        value = self.names.get(name)
        return type(value) is FunctionType and value.__code__.co_filename == self._file

    def is_confined(self, node: ast.AST) -> bool:
        """Whether a node is a local variable with a container that nothing else can reach."""
        if not isinstance(node, ast.Name):
            return False
        owner = self.scope.owner(node.id)
        return owner is not None and owner.is_confined(node.id)

    def called_builtin(self, node: ast.expr) -> str:
        """Name the builtin that ``node`` calls; ``""`` for anything else."""
        match node:
            case ast.Call(func=ast.Name(id=name)):
                if name not in self._scopes.bound_globals and self.scope.owner(name) is None:
                    return name
        return ""

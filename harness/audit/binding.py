"""Binds the arguments of a call to the parameters of a function of ours, and sees through its decorators."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.audit.index import external_type
from harness.audit.symbols import dotted
from harness.audit.values import NOTHING, Callee, Environment, Value, sources_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.audit.source_files import Project
    from harness.audit.symbols import Function

__all__ = ["bind_parameters", "wrapper_of"]


def wrapper_of(callee: Callee, visited: set[ast.AST]) -> Callee | None:
    """Return the function that a decorator of ours puts in the place of the decorated one."""
    for each in callee.function.decorators:
        named = each.func if isinstance(each, ast.Call) else each
        decorator = callee.function.module.functions.get(named.id) if isinstance(named, ast.Name) else None
        env = None
        if isinstance(each, ast.Call) and decorator is not None:  # a function that makes the decorator
            env = _decorating(decorator, each)
            decorator = next((f for f in decorator.nested.values() if f.nested), None)
        if decorator is None or isinstance(decorator.node, ast.Lambda) or not decorator.node.args.args:
            continue
        env = Environment(decorator, env)
        env.values[decorator.node.args.args[0].arg] = Value(callee=replace(callee, receiver=None, plain=True))
        inner = [f for f in decorator.nested.values() if f.decorated("wraps")] or list(decorator.nested.values())
        if inner:
            visited.add(decorator.node)
            return Callee(inner[0], None, env, plain=True)
    return None


def _decorating(maker: Function, node: ast.Call) -> Environment:
    """The variables of ``@guarded(lock)``: the locks among its arguments."""
    env = Environment(maker)
    for parameter, argument in zip(maker.node.args.args, node.args, strict=False):
        lock = maker.module.locks.get(argument.id) if isinstance(argument, ast.Name) else None
        env.values[parameter.arg] = Value(lock=lock)
    return env


def bind_parameters(
    project: Project,
    env: Environment,
    callee: Callee,
    arguments: Sequence[Value],
    keywords: Mapping[str, Value],
) -> None:
    """Give the parameters of a call their values."""
    function, spec = callee.function, callee.function.node.args
    values = list(arguments)
    method = function.owner is not None and function.parent is None and not function.decorated("staticmethod")
    if method and not (callee.plain and callee.receiver is None):
        external = "class" if function.decorated("classmethod") or function.name == "__new__" else ""
        values.insert(0, replace(callee.receiver or Value(cls=function.owner), external=external))
    parameters = [*spec.posonlyargs, *spec.args]
    more = values[len(parameters) :]
    named = [*parameters, *spec.kwonlyargs]
    others = {name: value for name, value in keywords.items() if name not in {each.arg for each in named}}
    for position, each in enumerate(named):
        value = keywords.get(each.arg, NOTHING)
        if position < len(values) and position < len(parameters):
            value = values[position]
        elif value is NOTHING and "**" in keywords:
            value = keywords["**"]
        env.values[each.arg] = _typed(project, function, each, value)
    sources = sources_of([*more, *keywords.values()])
    if spec.vararg is not None:
        env.values[spec.vararg.arg] = Value(sources=sources, parts=tuple(more))
    if spec.kwarg is not None:
        env.values[spec.kwarg.arg] = Value(sources=sources, named=tuple(others.items()))


def _typed(project: Project, function: Function, parameter: ast.arg, value: Value) -> Value:
    """With the class of its annotation, if nothing better is known; records are where their container is."""
    if value.cls is not None or value.alias is not None or value.apart or parameter.annotation is None:
        return value
    name = dotted(parameter.annotation, function.module)
    cls = function.module.classes.get(name) or (project.imported_class(function.module, name) if "." in name else None)
    if cls is None:
        external = value.external or external_type(parameter.annotation, function.module)
        return replace(value, external=external) if external else value
    return replace(value, cls=cls, alias=cls.home)

"""Walks through expressions: which places they read, and what is known of their values."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.audit.function_calls import Calls, text_of
from harness.audit.places import Place, field_of, item_of
from harness.audit.values import NOTHING, Callee, Origin, Value, merged

if TYPE_CHECKING:
    from harness.audit.recorder import Recorder
    from harness.audit.symbols import Class
    from harness.audit.walking import Walk

__all__ = ["Expressions"]


class Expressions:
    """Evaluates expressions in Python's own order."""

    def __init__(self, record: Recorder, walk: Walk, calls: Calls) -> None:
        self._record = record
        self._walk = walk
        self._calls = calls

    def evaluate(self, node: ast.expr | None) -> Value:
        """Walk through ``node`` and return what is known of it."""
        match node:
            case ast.Constant(value=None):
                return Value(constant="None")
            case ast.Constant(value=str(text)):
                return Value(constant=text)
            case None | ast.Constant():
                return NOTHING
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.Attribute(value=inner, attr=attr):
                found = self.attribute(node, self.evaluate(inner), attr)
                return replace(found, constant=attr.lower()) if attr.isupper() else found
            case ast.Subscript(value=inner, slice=key):
                return self._subscript(node, self.evaluate(inner), key)
            case ast.Call():
                return self._calls.call(node)
            case ast.Await(value=inner):
                return self._await(node, inner)
            case ast.BoolOp(values=values):
                return self._bool(values)
            case ast.Compare(left=left, comparators=comparators, ops=ops):
                first = self.evaluate(left)
                rest = [self._looked_into(op, each) for op, each in zip(ops, comparators, strict=True)]
                return merged([first, *rest])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._if(test, body, orelse)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                found = self.evaluate(value)
                self._walk.bind(node, name, found)
                return found
            case ast.Lambda():
                return self.nested(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.Yield(value=value):
                self.evaluate(value)
                if self._record.at_yield is not None:
                    self._record.at_yield()
                return NOTHING
            case ast.Dict(keys=keys, values=values):
                found = merged([self.evaluate(each) for each in (*keys, *values)])
                return Value(sources=found.sources, fresh=True)
            case ast.Starred(value=value):
                return self.evaluate(value)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                parts = [self.evaluate(each) for each in elts]
                whole = merged(parts)
                return Value(sources=whole.sources, fresh=True, coroutines=whole.coroutines)
            case ast.BinOp():
                return self._operands(node)
            case _:
                children = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
                return Value(sources=merged([self.evaluate(each) for each in children]).sources)

    def _operands(self, node: ast.BinOp) -> Value:
        """A chain of operators, without recursion into its left side: it is as deep as it is long."""
        right: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            right.append(left.right)
            left = left.left
        return Value(sources=merged([self.evaluate(each) for each in (left, *reversed(right))]).sources)

    def _looked_into(self, op: ast.cmpop, node: ast.expr) -> Value:
        """The right side of a comparison. ``in`` looks into a container now, whenever the variable got it."""
        value = self.evaluate(node)
        now = isinstance(op, ast.In | ast.NotIn) and isinstance(node, ast.Name) and value.alias is not None
        return (
            replace(value, sources=self._record.read(node, value.alias)) if now and value.alias is not None else value
        )

    def _name(self, node: ast.expr, name: str) -> Value:
        env, value = self._record.variable(name)
        if env is not None:
            if name in env.function.captured and value.callee is None and value.lock is None and value.cls is None:
                place = Place(f"{env.function.module.path}:{env.function.qualname}", name)
                if not value.external:
                    return replace(value, alias=value.alias or place, sources=self._record.read(node, place))
            if env is not self._record.env and value.external:
                place = Place(f"{env.function.module.path}:{env.function.qualname}", name)
                value = replace(value, origin=Origin(place, frozenset([env.function.node])))
            return value if env is self._record.env or not value.fresh else replace(value, fresh=False)
        return self.global_name(node, name)

    def global_name(self, node: ast.expr, name: str) -> Value:
        """A name of the module, or of what it imports."""
        module = self._record.function.module
        if name in module.functions:
            return Value(callee=Callee(module.functions[name]))
        if name in module.classes:
            return Value(cls=module.classes[name], external="class")
        if name in module.locks:
            return Value(lock=module.locks[name])
        if name in module.types:
            return Value(cls=module.types[name])
        place = Place(module.path, name)
        origin = Origin(place, frozenset([module.tree]))
        external = module.externals.get(name, "")
        if _opaque(external):
            return Value(external=external, origin=origin)
        if name in module.variables:
            return Value(
                alias=place, sources=self._record.read(node, place), elements=replace(place, item=True),
                external=external, origin=origin, inner=module.inner.get(name, ("", 0)),
            )  # fmt: skip
        imported = module.imports.get(name, "")
        cls = self._record.project.imported_class(module, imported) if "." in imported else None
        return Value(cls=cls, external="class") if cls is not None else Value(external=imported)

    def nested(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Value:
        """A function made here, with the variables around it."""
        function = self._record.function.nested.get(node)
        return Value(callee=Callee(function, None, self._record.env)) if function is not None else NOTHING

    def attribute(self, node: ast.expr, value: Value, attr: str) -> Value:
        """``value.attr``, read."""
        if value.cls is not None and value.alias is None:
            return self._member(node, value, value.cls, attr)
        if value.alias is not None and value.cls is not None:
            method = value.cls.method(attr)
            if method is not None:
                return Value(callee=Callee(method, value))
        if value.alias is not None:
            place = field_of(value.alias, attr)
            return Value(alias=place, sources=self._record.read(node, place))
        external = f"{value.external}.{attr}" if value.external and value.external != "class" else ""
        return Value(sources=value.sources, external=external)

    def _member(self, node: ast.expr, value: Value, cls: Class, attr: str) -> Value:
        method = cls.method(attr)
        if method is not None:
            if method.decorated("property", "cached_property"):
                return self._walk.enter(node, Callee(method, value), (), {})
            receiver = None if method.decorated("staticmethod") else replace(value, external="")
            return Value(callee=Callee(method, receiver))
        lock = cls.lock(attr)
        if lock is not None:
            return Value(lock=lock)
        external = cls.external(attr)
        place = cls.place_of(attr)
        origin = Origin(place, cls.makers(attr))
        if _opaque(external):
            return Value(external=external, origin=None if value.fresh else origin)
        if value.fresh:
            return Value(fresh=True)
        inner = cls.type_of(attr)
        if inner is not None:
            return Value(cls=inner)
        element = cls.element(attr)
        return Value(
            alias=place,
            sources=self._record.read(node, place),
            elements=replace(place, item=True),
            element_cls=element,
            external=external,
            origin=origin,
            inner=cls.inside(attr),
        )

    def _subscript(self, node: ast.expr, value: Value, key: ast.expr) -> Value:
        found = self.evaluate(key)
        if value.lock is not None and value.lock.keyed:
            return Value(lock=value.lock, sorted=found.sorted)
        if isinstance(key, ast.Constant) and isinstance(key.value, int) and 0 <= key.value < len(value.parts):
            return value.parts[key.value]
        if value.alias is None:
            return Value(sources=value.sources | found.sources, fresh=value.fresh, sorted=value.sorted)
        return self.item(node, value, found.sources, _constant(key))

    def item(self, node: ast.expr, value: Value, more: frozenset[int], field: str = "") -> Value:
        """``value[...]``, read."""
        assert value.alias is not None
        place = item_of(value.alias, field)
        inner = value.unwrapped
        return Value(
            alias=place, sources=more | self._record.read(node, place), cls=value.element_cls, inner=inner,
            origin=value.origin, external=inner[0] if inner[1] == 0 else "",
        )  # fmt: skip

    def _await(self, node: ast.Await, inner: ast.expr) -> Value:
        self._record.awaited = inner
        value = self.evaluate(inner)
        if not value.coroutines:
            held = value.lock
            return replace(NOTHING, sources=value.sources | self._record.wait(node, text_of(inner)), lock=held)
        result = NOTHING
        for coroutine in value.coroutines:
            if coroutine.callee is None:
                sources = value.sources | self._record.wait(node, coroutine.text or text_of(inner), coroutine.slow)
                result = Value(sources=sources, lock=value.lock)
            else:
                result = self._walk.enter(
                    node, coroutine.callee, coroutine.arguments, dict(coroutine.keywords), run=True
                )
        if value.many:
            self._record.wait(node, text_of(inner))
        return result

    def _bool(self, values: list[ast.expr]) -> Value:
        before = self._record.guards
        found = []
        for each in values:
            value = self.evaluate(each)
            self.check_awaited(each, value)
            found.append(value)
            self._record.guards |= value.sources
        self._record.guards = before
        whole = merged(found)
        last = found[-1]
        return Value(sources=whole.sources, alias=last.alias or found[0].alias, elements=last.elements)

    def _if(self, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Value:
        checked = self.evaluate(test)
        self.check_awaited(test, checked)
        guards, branch = self._record.guards, self._record.branch
        self._record.forks += 1
        found = []
        for way, part in enumerate((body, orelse)):
            self._record.guards, self._record.branch = guards | checked.sources, (*branch, (self._record.forks, way))
            found.append(self.evaluate(part))
        self._record.guards, self._record.branch = guards, branch
        kept = next((each for each in found if each.alias or each.lock or each.callee), found[0])
        return replace(kept, sources=merged(found).sources | checked.sources)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        guards, loops = self._record.guards, self._record.loops
        started = []
        sources: frozenset[int] = frozenset()
        for generator in node.generators:
            over = self.evaluate(generator.iter)
            sources |= over.sources
            started.append(self._walk.iterate(generator.iter, over))
            self._record.loops += 1
            self._walk.store(generator.target, self._walk.element(over))
            for condition in generator.ifs:
                value = self.evaluate(condition)
                self._record.guards |= value.sources
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        values = [self.evaluate(each) for each in parts]
        found = merged(values)
        for event in started:
            if event is not None:
                event.end = len(self._record.entry.events)
        self._record.guards, self._record.loops = guards, loops
        return Value(
            sources=found.sources | sources, fresh=True, coroutines=found.coroutines, many=True,
            inner=(values[-1].external, 1),
        )  # fmt: skip

    def check_awaited(self, node: ast.expr, value: Value) -> None:
        """Note a coroutine that is tested: it is always true, and was not awaited."""
        if value.coroutines and not value.many:
            self._record.note("missing-await", node, f"{text_of(node)} is a coroutine, and a coroutine is always true")


def _opaque(external: str) -> bool:
    """What is made for several threads or tasks, and keeps its state to itself."""
    last = external.split(".")[-1]
    return last.endswith(("Queue", "Executor", "Event")) or last in ("local", "ContextVar", "getLogger", "count")


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

"""Fills a module's tables from its tree: imports, functions, classes, and what is assigned to which attribute."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.audit.lock_makers import CONTAINERS, lock_of, wrapped_lock
from harness.audit.places import Place
from harness.audit.symbols import BODY, Class, Function, FunctionNode, Module, assigned_names, dotted

if TYPE_CHECKING:
    from harness.audit.source_files import Project

__all__ = ["external_type", "index_module"]


def index_module(project: Project, module: Module) -> None:
    """Read what the file's own statements say."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=names):
                module.imports.update(
                    {a.asname or a.name.split(".")[0]: (a.asname and a.name) or a.name.split(".")[0] for a in names}
                )
            case ast.ImportFrom(module=str(source), names=names):
                module.imports.update({a.asname or a.name: f"{source}.{a.name}" for a in names})
            case _:
                pass
    module.variables = assigned_names(module.tree.body)
    for statement in module.tree.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                module.functions[statement.name] = _function(statement, module, None, None)
            case ast.ClassDef():
                module.classes[statement.name] = _class(statement, module)
            case _:
                pass
    module.body = _body(module)
    for cls in module.classes.values():
        found = (_find_class(project, module, dotted(base, module)) for base in cls.node.bases)
        cls.bases = [base for base in found if base is not None and base is not cls]
    for statement in module.tree.body:
        _learn(project, module, module, statement, {})
    for cls in module.classes.values():
        _index_attributes(project, cls)
    for cls in module.classes.values():  # a record lives in the container that is annotated with its class
        for name, element in cls.elements.items():
            element.home = element.home or Place(cls.owner_of(name).label, name, item=True)
    for name, element in module.elements.items():
        element.home = element.home or Place(module.path, name, item=True)


def _body(module: Module) -> Function:
    """The module's own statements, as a function that has no variables of its own."""
    kept = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    node = ast.parse("def body(): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    node.name, node.body = BODY, [each for each in module.tree.body if not isinstance(each, kept)]
    function = _function(node, module, None, None)
    function.bound = function.captured = frozenset()
    return function


def _class(node: ast.ClassDef, module: Module) -> Class:
    cls = Class(node.name, module, node)
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            setter = any(isinstance(each, ast.Attribute) and each.attr == "setter" for each in statement.decorator_list)
            if not setter:
                cls.methods[statement.name] = _function(statement, module, cls, None)
    return cls


def _function(node: FunctionNode, module: Module, owner: Class | None, parent: Function | None) -> Function:
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    prefix = f"{parent.qualname}." if parent is not None else f"{owner.name}." if owner is not None else ""
    body: list[ast.stmt] = [ast.Expr(node.body)] if isinstance(node, ast.Lambda) else node.body
    arguments = node.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = {each.arg for each in [*parameters, *filter(None, (arguments.vararg, arguments.kwarg))]}
    function = Function(name, prefix + name, node, module, owner, parent)
    inner: list[FunctionNode] = []

    waiting: list[ast.AST] = list(reversed(body))
    while waiting:  # not by recursion: a chain of ``elif`` is as deep as it is long
        each = waiting.pop()
        match each:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                inner.append(each)
                continue
            case ast.Global(names=declared) | ast.Nonlocal(names=declared):
                function.declared |= frozenset(declared)
            case _:
                pass
        waiting.extend(reversed(list(ast.iter_child_nodes(each))))
    function.bound = (assigned_names(body) | names) - function.declared
    function.nested = {each: _function(each, module, owner, function) for each in inner}
    used: set[str] = set()
    for made in inner:
        mentioned = {n.id for n in ast.walk(made) if isinstance(n, ast.Name)}
        used |= mentioned - function.nested[made].bound
    function.captured = frozenset(used & function.bound) - {"self", "cls"}
    return function


def _find_class(project: Project, module: Module, name: str) -> Class | None:
    if name in module.classes:
        return module.classes[name]
    return project.imported_class(module, name) if "." in name else None


def _index_attributes(project: Project, cls: Class) -> None:
    module = cls.module
    for statement in cls.node.body:
        _learn(project, module, cls, statement, {})
    for method in cls.methods.values():
        node = method.node
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        annotated = {each.arg: each.annotation for each in arguments if each.annotation is not None}
        first = arguments[0].arg if arguments else ""
        for each in ast.walk(node):
            _learn(project, module, cls, each, annotated, first)
            match each:
                case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Name(id=value)):
                    if value in {argument.arg for argument in arguments}:
                        cls.given.add(name)
                case ast.Attribute(value=ast.Name(id=receiver), attr=name, ctx=ast.Store()) if receiver == first:
                    cls.assigned_in.setdefault(name, set()).add(node)
                case _:
                    pass


def _learn(
    project: Project,
    module: Module,
    owner: Class | Module,
    node: ast.AST,
    annotated: dict[str, ast.expr],
    first: str | None = None,
) -> None:
    """What one assignment says of an attribute of a class, or of a variable of a module."""
    annotation: ast.expr | None = None
    match node:
        case ast.Assign(targets=[target], value=value):
            pass
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            pass
        case _:
            return
    keyed = isinstance(target, ast.Subscript)
    where = target.value if isinstance(target, ast.Subscript) else target
    match where:
        case ast.Attribute(value=ast.Name(id=receiver), attr=name) if receiver == first:
            pass
        case ast.Name(id=name) if first is None:
            pass
        case _:
            return
    if isinstance(owner, Class):
        owner.attributes.add(name)
    if isinstance(value, ast.Name) and value.id in annotated:
        annotation, value = annotation or annotated[value.id], None
    label = owner.label if isinstance(owner, Class) else module.path
    lock = lock_of(value, annotation, module, owner, label, name, keyed)
    if lock is not None:
        owner.locks.setdefault(name, lock)
        return
    if keyed:
        return
    if isinstance(value, ast.Call):
        made = dotted(value.func, module)
        cls = _find_class(project, module, made)
        wrapped = wrapped_lock(cls) if cls is not None else None
        if wrapped is not None:
            owner.locks.setdefault(name, replace(wrapped, owner=label, name=name, path=module.path, line=value.lineno))
            return
        if cls is not None:
            owner.types.setdefault(name, cls)
        elif "." in made:
            owner.externals.setdefault(name, made)
    _learn_annotation(project, module, owner, name, annotation)


def _learn_annotation(
    project: Project, module: Module, owner: Class | Module, name: str, annotation: ast.expr | None
) -> None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return
    if isinstance(annotation, ast.BinOp):  # X | None
        annotation = annotation.left
    if isinstance(annotation, ast.Subscript) and _is_container_type(annotation, module):
        element = _find_class(project, module, dotted(_last(annotation), module))
        if element is not None:
            owner.elements.setdefault(name, element)
        inner = _inner(annotation, module)
        if inner[0]:
            owner.inner.setdefault(name, inner)
    elif annotation is not None:
        cls = _find_class(project, module, dotted(annotation, module))
        external = external_type(annotation, module)
        if cls is not None:
            owner.types.setdefault(name, cls)
        elif external:
            owner.externals.setdefault(name, external)


def external_type(annotation: ast.expr, module: Module) -> str:
    """``asyncio.Queue`` for ``asyncio.Queue[str]`` and for ``asyncio.Queue | None``; empty if it is not asyncio's."""
    match annotation:
        case ast.BinOp(left=left):
            return external_type(left, module)
        case ast.Subscript(value=value):
            return external_type(value, module)
        case _:
            name = dotted(annotation, module)
            return name if name.startswith("asyncio.") else ""


def _is_container_type(annotation: ast.Subscript, module: Module) -> bool:
    return dotted(annotation.value, module).split(".")[-1] in CONTAINERS


def _last(annotation: ast.Subscript) -> ast.expr:
    """What a container's annotation says of its elements, or of its values."""
    inner = annotation.slice
    return inner.elts[-1] if isinstance(inner, ast.Tuple) else inner


def _inner(annotation: ast.expr, module: Module) -> tuple[str, int]:
    """What is inside containers inside containers, and how deep: ``dict[str, set[asyncio.Queue]]`` has it 2 deep."""
    depth = 0
    while isinstance(annotation, ast.Subscript) and _is_container_type(annotation, module):
        annotation, depth = _last(annotation), depth + 1
    return external_type(annotation, module), depth

"""Knows the objects of asyncio that belong to one event loop, and what may be done to them from its thread alone.

Of all of them, only ``call_soon_threadsafe`` and ``run_coroutine_threadsafe`` may be called from another thread. The
rest changes what the loop reads without waking it: the loop sleeps on, or sees half of the change.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from harness.audit.values import Value

__all__ = ["WAITS", "blocks", "loop_object"]

_LOOP: Final = {"create_task", "call_soon", "call_later", "call_at", "add_reader", "add_writer", "remove_reader",
                "remove_writer", "stop"}  # fmt: skip
_FUTURE: Final = {"set_result", "set_exception", "cancel"}
_QUEUE: Final = {"put_nowait", "get_nowait", "task_done", "put", "get", "join"}
_CHANGES: Final = {
    "asyncio.Event": {"set", "clear", "wait"},
    "asyncio.Queue": _QUEUE,
    "asyncio.LifoQueue": _QUEUE,
    "asyncio.PriorityQueue": _QUEUE,
    "asyncio.Future": _FUTURE,
    "asyncio.Task": {"cancel"},
    "asyncio.StreamWriter": {"write", "writelines", "drain", "close"},
    "asyncio.TaskGroup": {"create_task"},
    "asyncio.AbstractEventLoop": _LOOP,
}
_MADE_BY: Final = {
    "create_future": "asyncio.Future",
    "create_task": "asyncio.Task",
    "ensure_future": "asyncio.Task",
    "get_running_loop": "asyncio.AbstractEventLoop",
    "get_event_loop": "asyncio.AbstractEventLoop",
    "new_event_loop": "asyncio.AbstractEventLoop",
}
_LOOP_NAMES: Final = {"loop", "_loop", "event_loop", "main_loop", "_event_loop", "_main_loop"}
_THREAD_FUTURES: Final = {"submit", "run_coroutine_threadsafe"}
_BLOCKS: Final = {
    "queue.Queue": {"get", "put", "join"},
    "queue.SimpleQueue": {"get"},
    "queue.LifoQueue": {"get", "put", "join"},
    "queue.PriorityQueue": {"get", "put", "join"},
    "threading.Thread": {"join"},
    "threading.Event": {"wait"},
    "threading.Barrier": {"wait"},
}

WAITS: Final = {"put", "get", "join", "wait", "drain"}
"""Methods of loop objects that are coroutines."""


def loop_object(receiver: Value, function: ast.expr, attr: str) -> str:
    """Return what the receiver is, if this method of it is for the thread of its loop alone; else ``""``.

    Args:
        receiver: What is known of it.
        function: The expression ``receiver.attr``.
        attr: The method.
    """
    kind = _MADE_BY.get(receiver.external.rpartition(".")[2], receiver.external)
    if attr in _CHANGES.get(kind, ()):
        return kind.replace("asyncio.AbstractEventLoop", "an event loop")
    node = function.value if isinstance(function, ast.Attribute) else function
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if name in _LOOP_NAMES and attr in _LOOP and receiver.cls is None:
        return "an event loop"
    return ""


def blocks(receiver: Value, call: ast.Call, attr: str) -> bool:
    """Whether a method waits for another thread, without giving the turn to other tasks of a loop."""
    if receiver.external.rpartition(".")[2] in _THREAD_FUTURES:
        return attr in ("result", "exception")
    if attr not in _BLOCKS.get(receiver.external, ()):
        return False
    given = [*call.args[:1], *(each.value for each in call.keywords if each.arg in ("block", "timeout"))]
    return not any(isinstance(each, ast.Constant) and each.value in (False, 0) for each in given) or attr == "put"

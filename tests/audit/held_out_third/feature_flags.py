"""Feature flags: a thread polls them and puts a new mapping in place; requests read the mapping that was there."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import requests

_flags: Mapping[str, bool] = MappingProxyType({})
_overrides: dict[str, bool] = {}
_lock = threading.Lock()
_version = 0


@contextmanager
def _writing() -> Iterator[None]:
    _lock.acquire()
    try:
        yield
    finally:
        _lock.release()


def refresh(url: str) -> None:
    global _flags, _version
    fresh = requests.get(url, timeout=5).json()
    with _writing():
        _flags = MappingProxyType({name: bool(value) for name, value in fresh.items()})
        _version += 1


def override(name: str, value: bool) -> None:
    with _writing():
        _overrides[name] = value


def clear_overrides() -> None:
    with _writing():
        _overrides.clear()


def enabled(name: str, default: bool = False) -> bool:
    with _writing():
        if name in _overrides:
            return _overrides[name]
        return _flags.get(name, default)


def all_flags() -> dict[str, bool]:
    flags = _flags
    return dict(flags)


def poll(url: str, stop: threading.Event) -> None:
    while not stop.wait(30):
        refresh(url)


def start(url: str) -> threading.Event:
    stop = threading.Event()
    threading.Thread(target=poll, args=(url, stop), daemon=True, name="flags").start()
    return stop

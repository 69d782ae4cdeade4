"""One database connection for all threads, made when it is first needed."""

import sqlite3
import threading


class Database:
    _instance = None
    _lock = threading.Lock()

    @classmethod
    def instance(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    cls._instance = cls()
        return cls._instance

    def __init__(self):
        self._connection = None
        self._connect_lock = threading.Lock()

    def connection(self):
        if self._connection is None:
            with self._connect_lock:
                self._connection = sqlite3.connect("jobs.db")  # finding: check-then-act
        return self._connection

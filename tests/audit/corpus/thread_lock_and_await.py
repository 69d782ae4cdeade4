"""Keeps sessions; its thread lock is held while the loop does something else."""

import asyncio
import threading


class Sessions:
    def __init__(self, db):
        self.db = db
        self.lock = threading.Lock()
        self.sessions = {}

    async def login(self, user):
        with self.lock:
            if user in self.sessions:
                return self.sessions[user]
            row = await self.db.load(user)  # finding: slow-in-lock
            self.sessions[user] = row
            return row

    def expire(self, user):
        with self.lock:
            self.sessions.pop(user, None)

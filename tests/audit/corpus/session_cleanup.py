"""A timer thread throws old sessions away while handlers use them."""

import threading
import time

SESSIONS = {}


def touch(session_id):
    session = SESSIONS.setdefault(session_id, {"hits": 0, "seen": 0.0})
    session["seen"] = time.time()
    return session


def cleanup():
    for session_id, session in SESSIONS.items():  # finding: unsafe-iteration
        if time.time() - session["seen"] > 600:
            del SESSIONS[session_id]  # finding: check-then-act
    threading.Timer(60, cleanup).start()


def serve(connections):
    threading.Timer(60, cleanup).start()
    for connection in connections:
        threading.Thread(target=touch, args=(connection,)).start()

"""The controlled world: everything that runs a program under one schedule.

==================  ======================================================================
``world.py``        the life of an execution, and its actors
``turns.py``        the hot path, from an access to a decision and a switch
``record.py``       events, lanes, and numbers for objects
``ending.py``       how an execution ends before its program does
``run.py``          what it leaves behind, and who makes its decisions
``actor.py``        who can be given the turn: virtual threads, and timers
``plain.py``        the plain order, from which a schedule deviates
``loop.py``         the event loop (ready queue, timers, wake-ups) as CPython runs it
``runner.py``       ``asyncio.run``, ``all_tasks``, the policy
``loopstate.py``    what CPython keeps of a running loop, for each virtual thread
``threads.py``      ``threading.Thread`` on greenlets
``locks.py``        ``Lock`` and ``RLock``
``signals.py``      ``Event`` and ``Semaphore`` as single steps
``queues.py``       ``SimpleQueue``, likewise
``databases.py``    SQLite: each statement is a step
``hashes.py``       hashes by order, for threads, tasks and futures in sets
``clock.py``        virtual time
``timekeeping.py``  what reads it: ``time``, ``datetime``, limits of ``threading``, ``queue``
``chance.py``       random numbers
``names.py``        which names of the standard library mean what while the world is open
``twins.py``        controlled twins of objects that were made before
``gil.py``          which switches CPython with the GIL can make
``guard.py``        what the world cannot control, named with its line
``place.py``        places in the program's source
``waits.py``        who waits for what: the text of a deadlock
==================  ======================================================================
"""

from harness.engine.actor import Actor
from harness.engine.run import Run
from harness.engine.world import World

__all__ = ["Actor", "Run", "World"]

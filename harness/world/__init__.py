"""The controlled world: everything that runs a program under one schedule.

======================  ======================================================================
``world.py``            one execution: actors, the hot path from access to decision to switch
``actor.py``            who can be given the turn: virtual threads, and timers
``loop.py``             the event loop (ready queue, timers, wake-ups) as CPython runs it
``threads.py``          ``threading.Thread`` on greenlets, ``threading.local``, executors
``locks.py``            ``Lock`` and ``RLock``
``signals.py``          ``Event`` and ``Semaphore`` as single steps
``clock.py``            virtual time and what reads it
``names.py``            which names of the standard library mean what while the world is open
``guard.py``            what the world cannot control, named with its line
``waits.py``            who waits for what: the text of a deadlock
======================  ======================================================================
"""

from harness.world.actor import Actor
from harness.world.run import Run
from harness.world.world import World

__all__ = ["Actor", "Run", "World"]

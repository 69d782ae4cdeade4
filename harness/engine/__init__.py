"""One execution of a program under one schedule, and the engine that makes executions one after the other.

======================  ==================================================================
``protocol.py``         the one door: what primitives ask of an execution, and the engine of CPython
``engine.py``           runs executions; what lives on when each is over
``settings.py``         what an engine is told once
``pool.py``             the greenlets in which virtual threads live
``execution.py``        one execution: from an access to a decision
``phase.py``            where it stands in its life
``status.py``           its first problem, and how it ends before its program does
``record.py``           events, lanes, and numbers for objects
``turns.py``            who has the turn: from a decision to a switch
``default_order.py``    the order from which a schedule deviates
``actor.py``            who can be given the turn: virtual threads, and timers
``clock.py``            virtual time
``gil.py``              which switches CPython with the GIL can make
``guard.py``            what cannot be controlled, named with its line
``watchdog.py``         a wait or a loop in which everything stands still, named with its line
``deadlock.py``         who waits for what
``run.py``              what an execution leaves behind, and who makes its decisions
``source_location.py``  places in the program's source
======================  ==================================================================
"""

from harness.engine.actor import Actor
from harness.engine.engine import Engine
from harness.engine.execution import Execution
from harness.engine.run import Run
from harness.engine.settings import Settings

__all__ = ["Actor", "Engine", "Execution", "Run", "Settings"]

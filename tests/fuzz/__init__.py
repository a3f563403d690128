"""Bytes thrown at everything that reads what others wrote: a sentence or a 4xx, never a crash.

In the tests each runs for a bounded number of examples drawn from one seed. `make fuzz` runs many
more, drawn anew each time; Hypothesis prints what reproduces a failure.
"""

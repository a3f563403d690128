"""Attacks on the released figures, one attacker a module.

Each first succeeds against a naive release, so that it can fail. `make attacks` runs them longer.
"""

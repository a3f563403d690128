"""The stand-in for SES with faults on command and a log of what it accepted.

The shipped `sandbox` never fails on purpose. `FaultySandbox` adds, for the tests, the benches and
the chaos suite: injected faults, told outcomes, a lossy event feed, and an HTTP API that controls
them in another process.
"""

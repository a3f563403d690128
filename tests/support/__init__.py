"""What several rooms of the tests share: test worlds, clients that fail, and helpers to wait.

A *world* is a database filled for one subject, with short ways to read it (see README.md).
"""

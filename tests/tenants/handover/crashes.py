"""Databases that fail at a chosen edge: just before, or just after, one of their commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy.orm import Session

from kit.database import Database


class Crash(Exception):
    """The process ended here."""


class Fuse:
    """Blows at the nth edge that is passed, counted over every database that shares it."""

    def __init__(self, edges: int) -> None:
        self.left = edges

    def pass_edge(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.blow()

    def blow(self) -> NoReturn:
        raise Crash


class Fused(Database):
    """A database whose writes pass two edges: the one before the commit and the one after."""

    def __init__(self, inner: Database, fuse: Fuse) -> None:
        self.engine = inner.engine
        self._writer = inner._writer
        self._fuse = fuse

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            self._fuse.pass_edge()
        self._fuse.pass_edge()

"""What a test puts in the place of what is shipped: folders, hosts and ports, and nothing else."""

import re
from collections.abc import Mapping

ENDPOINT = re.compile(r"(?:[a-z0-9.-]+)?:\d+")
FOLDER = re.compile(r"/[\w./-]*")


class NotAPlace(Exception):
    """Something else than a folder or an endpoint was to be replaced."""


class Replacements:
    """Texts that stand for others. It remembers which of them were needed."""

    def __init__(self, table: Mapping[str, str]) -> None:
        for shipped in table:
            if not (ENDPOINT.fullmatch(shipped) or FOLDER.fullmatch(shipped)):
                raise NotAPlace(f"{shipped} is neither a folder nor HOST:PORT")
        self._table = dict(sorted(table.items(), key=lambda pair: -len(pair[0])))
        self.used: dict[str, str] = {}

    def put_in(self, text: str) -> str:
        """The same text with every shipped place replaced, the longest first."""
        if not self._table:
            return text
        either = "|".join(map(re.escape, self._table))
        return re.sub(rf"(?<![\w.-])(?:{either})(?![\w.-])", self._found, text)

    def _found(self, match: re.Match[str]) -> str:
        shipped = match[0]
        self.used[shipped] = self._table[shipped]
        return self._table[shipped]

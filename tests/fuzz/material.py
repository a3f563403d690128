"""Sound inputs with damage done to them, and what damages them."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

ROUNDS = int(os.environ.get("CHECKIN_FUZZ", "0"))
NUISANCES = (
    *(
        "",
        "\x00",
        "\ud800",
        "\ufeff",
        "\u2028",
        "\x85",
        "\r",
        "\n",
        '"',
        "'",
        "{{",
        "}}",
        "%",
        "\\",
    ),
    *(
        "{% x %}",
        "<script>",
        "\u202e",
        "é",
        "🙂",
        "-1",
        "0",
        "9" * 40,
        "1e999",
        "NaN",
        "null",
        "[]",
    ),
    *("٣", "2026-12", "9999-12-31", "0001-01-01T00:00:00+14:00", "a" * 5_000, ";", "=", "&", "../"),
)
NUISANCE = st.sampled_from(NUISANCES)
TEXT = NUISANCE | st.text(max_size=20)
ON_THE_WIRE = TEXT.map(lambda text: text.encode(errors="replace").decode())
"""What a browser can send: it has no half of a surrogate pair."""


def fuzzed(examples: int) -> Callable[[Any], Any]:
    """As many examples as this, or as many as `make fuzz` asks for, drawn anew."""
    return settings(
        max_examples=ROUNDS or examples,
        derandomize=not ROUNDS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@st.composite
def damaged(draw: st.DrawFn, *sound: str) -> bytes:
    """One of these texts as bytes, with a few pieces cut out, doubled or replaced."""
    raw = draw(st.sampled_from(sound)).encode()
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
        raw = raw[:start] + draw(_put_in(raw[start:end])) + raw[end:]
    return raw


def _put_in(piece: bytes) -> st.SearchStrategy[bytes]:
    nuisance = NUISANCE.map(lambda text: text.encode(errors="surrogatepass"))
    return st.sampled_from([b"", piece * 2]) | nuisance | st.binary(max_size=12)

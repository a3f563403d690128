"""CPU time a mail costs: compiled once and filled, against inlined by premailer for each mail."""

import time
from collections.abc import Callable

from bench.rows import Measurement
from campaigns.content import own_links, rendering
from campaigns.content.compile import compile_message, inlined
from campaigns.content.fields import Content
from campaigns.writing import samples

MONTH = "2026-12"
PORTAL = "https://portal.example.org"
MAILS = 10_000
INLINED_MAILS = 50
LEAST_RATIO = 100


def measure() -> list[Measurement]:
    """CPU seconds of this process only; the compile is shared by all the mails of the month."""
    content = samples.sample_content(MONTH)
    compile_message(content, MONTH)
    once = _cpu_seconds(lambda: compile_message(content, MONTH), 1)
    filled = _cpu_seconds(_filling(content), MAILS)
    each = _cpu_seconds(_inlining(content), INLINED_MAILS)
    shared = once / MAILS + filled
    ratio = each / shared
    return [
        Measurement(
            name="compile once and fill, against premailer per mail",
            value=f"{ratio:,.0f} times fewer CPU seconds per mail",
            target=f"at least {LEAST_RATIO}",
            met=ratio >= LEAST_RATIO,
            note=f"{shared * 1e6:.1f} µs a mail over {MAILS:,} mails, the compile of "
            f"{once * 1e3:.0f} ms included; premailer {each * 1e3:.1f} ms a mail",
        )
    ]


def _filling(content: Content) -> Callable[[], object]:
    message = compile_message(content, MONTH)
    reply, stop = _links()
    return lambda: message.fill(reply_link=reply, stop_link=stop)


def _inlining(content: Content) -> Callable[[], object]:
    """The same page, rendered already, with its links in it: only the inlining is counted."""
    reply, stop = _links()
    filled = rendering.filled(content, MONTH)
    links = own_links.substitutes(reply_link=reply, stop_link=stop)
    page = rendering.html(filled, MONTH, links)
    assert own_links.stand_ins(content)["reply_link"] not in page
    return lambda: inlined(page)


def _links() -> tuple[str, str]:
    """As long as signed ones."""
    return f"{PORTAL}/r/{'a' * 22}.{'b' * 38}", f"{PORTAL}/stop/{'a' * 22}.{'b' * 38}"


def _cpu_seconds(work: Callable[[], object], times: int) -> float:
    """CPU seconds of one run, the mean of `times`."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times


if __name__ == "__main__":
    for row in measure():
        print(f"{row.name}: {row.value} (target: {row.target}; {row.note})")

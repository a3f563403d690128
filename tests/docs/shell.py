"""Run a page's blocks, in order, as one bash script in an empty folder with ports of its own.

What a reader would leave running in another terminal goes on in the background and must still be
alive at the end. `make X` is not run again from inside the tests: the target and what it would do
are looked up (`make --dry-run`).
"""

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from kit.ports import free_port
from tests.docs.pages import ROOT, Block

CUSTOMARY = ("8000", "8001", "8002", "8003", "6379", "6380", "5433", "5434")
BINDS = {
    "checkin serve console": "--bind 127.0.0.1:8000",
    "checkin serve portal": "--bind 127.0.0.1:8001",
    "checkin sandbox": "--bind 127.0.0.1:8003 --inbox 127.0.0.1:8002",
}
SERVERS = (
    *("celery -A tasks", "checkin serve", "checkin sandbox", "gunicorn"),
    "deploy/one-machine/",
)
OWN_SCRIPT = re.compile(r"(?<![\w./-])deploy/")
NOWHERE = "http://127.0.0.1:9"
SECONDS_MAX = 240
UP = r"ready\.|beat: Starting|http://"
PROLOGUE = f"""set -euo pipefail
is_up() {{
    for _ in $(seq 900); do
        kill -0 "$1" || {{ cat "$2"; echo "a server ended"; exit 1; }}
        if grep -qE '{UP}' "$2"; then return; fi
        sleep 0.1
    done
    cat "$2"; echo "a server was not ready in time"; exit 1
}}
"""
EPILOGUE = """
for server in $(jobs -p); do kill -0 "$server" || { echo "a server ended"; exit 1; }; done
"""


class FreePorts:
    """A free port for each customary one."""

    def __init__(self) -> None:
        self._chosen = {port: str(free_port()) for port in CUSTOMARY}

    def __getitem__(self, customary: str) -> str:
        return self._chosen[customary]

    def put_in(self, text: str) -> str:
        """The same text with the customary ports of this machine replaced."""
        return re.sub(
            rf"(127\.0\.0\.1:|localhost:|--port )({'|'.join(CUSTOMARY)})\b",
            lambda found: f"{found[1]}{self[found[2]]}",
            text,
        )


def script(blocks: Iterable[Block], ports: FreePorts) -> str:
    """One bash script that does what the blocks say."""
    lines = [PROLOGUE]
    for block in blocks:
        lines.append(f": {block.where}\n")
        lines += _python(block) if block.language == "python" else _shell(block)
    return ports.put_in("".join(lines)) + EPILOGUE


def run(
    text: str, folder: Path, ports: FreePorts, *, seconds: int = SECONDS_MAX
) -> subprocess.CompletedProcess[str]:
    """Run a script in `folder` for so long at most, and end everything it started.

    `timeout` ends it even where the test itself was killed.
    """
    output = folder / "output.txt"
    with output.open("w") as stream:
        process = subprocess.Popen(
            ["timeout", "--signal", "KILL", str(seconds), "bash", "-x", "-c", text],
            cwd=folder,
            env=_environment(folder, ports),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return subprocess.CompletedProcess(text, status, output.read_text("utf-8"))


def _environment(folder: Path, ports: FreePorts) -> Mapping[str, str]:
    """A newcomer's environment, from which nothing leads off this machine."""
    tools = ROOT / ".venv" / "bin"
    return {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "CHECKIN_CONSOLE_URL": f"http://127.0.0.1:{ports['8000']}",
        "CHECKIN_PORTAL_URL": f"http://127.0.0.1:{ports['8001']}",
        "CHECKIN_TICK": "2s",
        "AWS_ENDPOINT_URL": NOWHERE,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _python(block: Block) -> list[str]:
    return [f"python - <<'END_OF_BLOCK'\n{block.text}END_OF_BLOCK\n"]


def _shell(block: Block) -> Iterator[str]:
    for line in block.text.splitlines():
        yield f"{_by_form(_bound(line))}\n"


def _by_form(line: str) -> str:
    command = line.split("#", maxsplit=1)[0].rstrip()
    if command.startswith("make "):
        return f"make --dry-run -C '{ROOT}' {command.removeprefix('make ')} >/dev/null"
    if command.startswith(SERVERS) and not command.endswith("&"):
        log = shlex.quote(f"{command.replace('/', '-')}.log")
        return f"{_in_tree(command)} >{log} 2>&1 & is_up $! {log}"
    return _in_tree(line)


def _in_tree(line: str) -> str:
    """The clone's own scripts, named from the empty folder in which the page's commands run."""
    return OWN_SCRIPT.sub(f"{shlex.quote(str(ROOT))}/deploy/", line)


def _bound(line: str) -> str:
    for command, bind in BINDS.items():
        if line.startswith(command) and "--bind" not in line:
            return line.replace(command, f"{command} {bind}", 1)
    return line

"""Write the reference pages into a folder, or with `--check` say which of them are out of date."""

from pathlib import Path

import click

from checkin.cli_errors import Stop
from checkin.reference import (
    api,
    command_line,
    content,
    deliveries,
    glossary,
    questions,
    schedule,
    settings,
)

PAGES = {
    "api.md": api.page,
    "command-line.md": command_line.page,
    "content.md": content.page,
    "deliveries.md": deliveries.page,
    "../glossary.md": glossary.page,
    "questions.md": questions.page,
    "schedule.md": schedule.page,
    "settings.md": settings.page,
}
MADE = "<!-- Made from the code by `make docs`; change the code instead. -->\n\n"


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a page is out of date.")
def main(folder: Path, check: bool) -> None:
    """Write the pages that are made from the code into FOLDER."""
    made = {folder / name: MADE + page() for name, page in PAGES.items()}
    stale = [file for file, text in made.items() if _current(file) != text]
    if check and stale:
        raise Stop(f"Out of date: {', '.join(map(str, stale))}. Run `make docs`.")
    for file in stale:
        file.write_text(made[file], encoding="utf-8")


def _current(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


if __name__ == "__main__":
    main()

"""Keep spreadsheet programs from running cells of an export as formulas."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The first characters of a cell that a spreadsheet may run
(owasp.org/www-community/attacks/CSV_Injection).
"""


def harmless(cell: str) -> str:
    """Return the cell as text, with an apostrophe before anything that could be a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

"""What people open in a spreadsheet must not run there."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet may run (owasp.org/www-community/attacks/CSV_Injection)."""


def harmless(cell: str) -> str:
    """A cell as text: one that a spreadsheet would take for a formula gets an apostrophe before."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

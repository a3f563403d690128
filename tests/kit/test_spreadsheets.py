"""No cell that we write runs as a formula."""

import pytest

from kit.spreadsheets import harmless


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_begins_like_a_formula_is_text(begin: str) -> None:
    assert f"'{begin}1+1" == harmless(f"{begin}1+1")


@pytest.mark.parametrize("cell", ["", "Northfield Homes (example)", "2 = 2", "a@example.org", "'="])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert cell == harmless(cell)

"""Layout of charts, in SVG units. The templates draw them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.released.figures import Figure

WIDTH = 400
ROW = 52
PLOT = 270
"""The width of the longest bar; the value is written to its right."""

SMALL_WIDTH, SMALL_HEIGHT = 300, 160
YEAR_WIDTH, YEAR_HEIGHT = 960, 320
LEFT, TOP, BOTTOM = 46, 22, 44


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart; `width` is None where there is no value."""

    figure: Figure
    y: int
    width: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart of shares or rates, in per cent."""

    bars: list[Bar]
    ticks: list[Tick]
    height: int
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Point:
    """One month of the year; `y` is None where there is no value."""

    x: float
    label: str
    figure: Figure
    y: float | None
    low: float
    high: float
    mark: int | None


@dataclass(frozen=True, slots=True)
class ChartLine:
    """The response rate month by month."""

    points: list[Point]
    ticks: list[Tick]
    path: str
    width: int
    height: int
    floor: int
    left: int = LEFT


def bars(figures: Sequence[Figure]) -> Bars:
    """Lay out a bar for each figure, with its margin as a whisker."""
    top = _top(figures)
    scale = PLOT / top
    rows = [_bar(figure, number * ROW, scale, top) for number, figure in enumerate(figures)]
    ticks = [Tick(round(value * scale, 1), f"{value}%") for value in _steps(top)]
    return Bars(rows, ticks, len(figures) * ROW + 26)


def line(months: Sequence[tuple[str, Figure, int | None]]) -> ChartLine:
    """Lay out a point for each (label, figure, annotation number), oldest first."""
    return _line(months, YEAR_WIDTH, YEAR_HEIGHT)


def small(months: Sequence[tuple[str, Figure, int | None]]) -> ChartLine:
    """Lay out a small `line` chart, one of many side by side."""
    return _line(months, SMALL_WIDTH, SMALL_HEIGHT)


def _line(months: Sequence[tuple[str, Figure, int | None]], width: int, tall: int) -> ChartLine:
    top = _top([figure for _, figure, _ in months], least=20 if tall == YEAR_HEIGHT else 5)
    floor = tall - BOTTOM
    step = (width - LEFT - 12) / max(len(months), 1)

    def height(value: float) -> float:
        return round(floor - value / top * (floor - TOP), 1)

    points = [
        _point(LEFT + step * (number + 0.5), month, height, top)
        for number, month in enumerate(months)
    ]
    steps = _steps(top) if tall == YEAR_HEIGHT else (0, top)
    ticks = [Tick(height(value), f"{value}%") for value in steps]
    return ChartLine(points, ticks, _path(points), width, tall, floor)


def _bar(figure: Figure, y: int, scale: float, top: int) -> Bar:
    if figure.estimate is None:
        return Bar(figure, y, None, 0, 0)
    margin = figure.margin or 0
    low, high = max(figure.estimate - margin, 0), min(figure.estimate + margin, top)
    width = round(figure.estimate * scale, 1)
    return Bar(figure, y, width, round(low * scale, 1), round(high * scale, 1))


def _point(
    x: float, month: tuple[str, Figure, int | None], height: Callable[[float], float], top: int
) -> Point:
    label, figure, mark = month
    x = round(x, 1)
    if figure.estimate is None:
        return Point(x, label, figure, None, 0, 0, mark)
    margin = figure.margin or 0
    low, high = max(figure.estimate - margin, 0), min(figure.estimate + margin, top)
    return Point(x, label, figure, height(figure.estimate), height(low), height(high), mark)


def _path(points: Sequence[Point]) -> str:
    """Return the SVG path; a month without a value interrupts it."""
    parts, pen = [], "M"
    for point in points:
        if point.y is None:
            pen = "M"
            continue
        parts.append(f"{pen}{point.x} {point.y}")
        pen = "L"
    return " ".join(parts)


def _top(figures: Sequence[Figure], *, least: int = 20) -> int:
    """Return the end of the scale: a multiple of 5 or 10 above all values, at least `least`."""
    ends = [figure.estimate + (figure.margin or 0) for figure in figures if figure.estimate]
    step = 10 if least >= 10 else 5
    return min(max(math.ceil(max(ends, default=0) / step) * step, least), 100)


def _steps(top: int) -> range:
    return range(0, top + 1, 10 if top <= 50 else 20)

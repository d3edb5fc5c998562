"""A map without tiles: circles on a plain graticule, their area the hours. Pure; the template only draws it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, MARGIN = 760, 420, 56
LARGEST, SMALLEST = 34.0, 5.0  # radius of a circle
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
Line = tuple[float, float, float, float]
Place = Callable[[float], float]
KILOMETRES = 111.2  # in a degree of latitude


@dataclass(frozen=True)
class Point:
    """A commune: degrees, and its hours in hundredths."""

    label: str
    latitude: Decimal
    longitude: Decimal
    hours: int


@dataclass(frozen=True)
class Circle:
    x: float
    y: float
    radius: float
    label: str
    above: bool


@dataclass(frozen=True)
class Map:
    """``lines`` are (x1, y1, x2, y2) of the graticule; ``scale`` the width of a bar and the kilometres that it stands for."""

    circles: tuple[Circle, ...]
    lines: tuple[Line, ...]
    scale: tuple[float, int]
    text: str
    width: int = WIDTH
    height: int = HEIGHT


def drawn(points: Sequence[Point]) -> Map | None:
    """North up, the same scale both ways in the middle of the map; None without any point."""
    if not points:
        return None
    middle_lat, middle_lon, per_degree = _frame(points)
    narrow = math.cos(math.radians(middle_lat))

    def x(longitude: float) -> float:
        return round(WIDTH / 2 + (longitude - middle_lon) * narrow * per_degree, 1)

    def y(latitude: float) -> float:
        return round(HEIGHT / 2 - (latitude - middle_lat) * per_degree, 1)

    most = max(p.hours for p in points) or 1
    ordered = sorted(points, key=lambda p: (-p.hours, p.label))  # the small ones above the large ones
    circles = tuple(
        Circle(x(float(p.longitude)), y(float(p.latitude)), _radius(p.hours, most), p.label, y(float(p.latitude)) > HEIGHT / 2)
        for p in ordered
    )  # fmt: skip
    words = ", ".join(p.label for p in ordered)
    text = f"Carte des communes, la surface de chaque disque suit ses heures : {words}. Le tableau qui suit donne les chiffres."
    return Map(circles, _graticule(middle_lat, middle_lon, per_degree, narrow, x, y), _scale(per_degree), text)


def _radius(hours: int, most: int) -> float:
    return round(max(SMALLEST, LARGEST * math.sqrt(max(hours, 0) / most)), 1)


def _frame(points: Sequence[Point]) -> tuple[float, float, float]:
    """The middle, and how many units of the picture a degree of latitude takes; never closer than some kilometres."""
    lats, lons = [float(p.latitude) for p in points], [float(p.longitude) for p in points]
    middle_lat, middle_lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    narrow = max(math.cos(math.radians(middle_lat)), 0.05)
    tall, wide = max(max(lats) - min(lats), 0.04), max((max(lons) - min(lons)) * narrow, 0.04)
    return middle_lat, middle_lon, min((HEIGHT - 2 * MARGIN) / tall, (WIDTH - 2 * MARGIN) / wide)


def _graticule(lat: float, lon: float, per_degree: float, narrow: float, x: Place, y: Place) -> tuple[Line, ...]:
    tall, wide = HEIGHT / per_degree / 2, WIDTH / per_degree / narrow / 2
    step = next((s for s in STEPS if 2 * max(tall, wide) / s <= 14), STEPS[-1])
    parallels = [n * step for n in range(math.ceil((lat - tall) / step), math.floor((lat + tall) / step) + 1)]
    meridians = [n * step for n in range(math.ceil((lon - wide) / step), math.floor((lon + wide) / step) + 1)]
    return (
        *((0.0, y(p), float(WIDTH), y(p)) for p in parallels),
        *((x(m), 0.0, x(m), float(HEIGHT)) for m in meridians),
    )


def _scale(per_degree: float) -> tuple[float, int]:
    """The longest round distance that fits in a fifth of the map."""
    most = WIDTH / 5 * KILOMETRES / per_degree
    kilometres = max(
        (k for power in range(5) for k in (10**power, 2 * 10**power, 5 * 10**power) if k <= most), default=1
    )
    return round(kilometres * per_degree / KILOMETRES, 1), kilometres

"""Budgets as a picture: workloads -> poolers -> databases, with the numbers on the arrows."""

from collections.abc import Iterator, Sequence
from html import escape

from poollint.reporters.budgets.drawing import Drawing, Edge, Node, drawing
from poollint.topology import Topology

COLUMNS = {"client": 0, "pooler": 1, "database": 2}
WIDTH, HEIGHT, ACROSS, DOWN, MARGIN, HEAD = 190, 56, 300, 84, 24, 34
LONGEST = 24
"""Characters of a name that a box holds."""
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
  .detail { font-size: 11px; fill: #52606d; }
  .label { font-weight: 600; text-anchor: middle; paint-order: stroke; stroke: #ffffff; stroke-width: 5px; }
  .title { font-size: 15px; font-weight: 600; }
  rect { fill: #f5f7fa; stroke: #7b8794; rx: 8px; }
  .pooler { fill: #fff8e6; stroke: #b7791f; }
  .database { fill: #e6f6ff; stroke: #2b6cb0; }
  .over { fill: #fdecea; stroke: #c53030; }
  path { fill: none; stroke: #7b8794; stroke-width: 1.5; }
"""


def render(topologies: Sequence[Topology]) -> str:
    """One SVG document, one block an environment, complete in itself: no scripts, fonts or links."""
    body: list[str] = []
    top, right = 0, 0
    for topology in topologies:
        picture = drawing(topology)
        if picture.nodes:
            body += [
                f'<g transform="translate(0 {top})">',
                *_environment(topology.environment, picture),
                "</g>",
            ]
            top += _height(picture)
            right = max(right, *(_left(node) + WIDTH + MARGIN for node in picture.nodes))
    size = f'width="{max(right, 320)}" height="{max(top, 60)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="Connection budget">'
    empty = [] if body else [f'<text x="{MARGIN}" y="{HEAD}">No database or pooler was found.</text>']
    ground = '<path d="M0 0 h10000 v10000 h-10000 z" style="fill:#ffffff;stroke:none"/>'
    return "\n".join([head, f"<style>{STYLE}</style>", ground, *body, *empty, "</svg>"]) + "\n"


def _environment(name: str, picture: Drawing) -> Iterator[str]:
    if name:
        yield f'<text class="title" x="{MARGIN}" y="22">{escape(name)}</text>'
    rows = _rows(picture)
    places = {node.number: (_left(node), HEAD + rows[node.number] * DOWN) for node in picture.nodes}
    has_poolers = any(node.kind == "pooler" for node in picture.nodes)
    past = MARGIN + ACROSS + WIDTH if has_poolers else 0
    yield from (_arrow(edge, places, past) for edge in picture.edges)
    for node in picture.nodes:
        yield from _box(node, places[node.number])
    yield from (_number(edge, places, past) for edge in picture.edges)


def _left(node: Node) -> int:
    return MARGIN + COLUMNS[node.kind] * ACROSS


def _rows(picture: Drawing) -> dict[int, int]:
    counts = dict.fromkeys(COLUMNS, 0)
    rows = {}
    for node in picture.nodes:
        rows[node.number] = counts[node.kind]
        counts[node.kind] += 1
    return rows


def _height(picture: Drawing) -> int:
    return HEAD + DOWN * (1 + max(_rows(picture).values()))


def _box(node: Node, place: tuple[int, int]) -> Iterator[str]:
    x, y = place
    kind = f"{node.kind} over" if node.is_over else node.kind
    yield f'<rect class="{kind}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}"/>'
    name = escape(node.name)
    if len(node.name) > LONGEST:
        name = f"<title>{name}</title>{escape(node.name[: LONGEST - 1])}…"
    yield f'<text x="{x + 12}" y="{y + 24}">{name}</text>'
    yield f'<text class="detail" x="{x + 12}" y="{y + 43}">{escape(node.detail)}</text>'


def _ends(edge: Edge, places: dict[int, tuple[int, int]], past: int) -> tuple[int, int, int, int, int]:
    """Where an arrow starts, until where it is level, and where it ends: x, x, y, x, y.

    An arrow that skips the poolers stays in its own row until it is past them.
    """
    (x1, y1), (x2, y2) = places[edge.start], places[edge.end]
    start, half = x1 + WIDTH, HEIGHT // 2
    level = past if start < past and x2 > past else start
    return start, level, y1 + half, x2, y2 + half


def _arrow(edge: Edge, places: dict[int, tuple[int, int]], past: int) -> str:
    start, level, y1, end, y2 = _ends(edge, places, past)
    middle = (level + end) // 2
    line = f" H{level}" if level > start else ""
    curve = f"M{start} {y1}{line} C{middle} {y1} {middle} {y2} {end} {y2}"
    return f'<path d="{curve} m-7 -4 l7 4 l-7 4"/>'


def _number(edge: Edge, places: dict[int, tuple[int, int]], past: int) -> str:
    """The label, on the arrow and nearer to its start, where arrows to different ends are apart."""
    start, level, y1, end, y2 = _ends(edge, places, past)
    part = 0.4
    across, down = 1.5 * (1 - part) * part + part**3, 3 * (1 - part) * part**2 + part**3
    x, y = level + (end - level) * across, y1 + (y2 - y1) * down
    if level > start:
        x, y = start + (ACROSS - WIDTH) / 2, y1
    return f'<text class="label" x="{round(x)}" y="{round(y) + 4}">{escape(edge.label)}</text>'

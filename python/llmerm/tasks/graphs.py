"""cycle_count: is the cycle rank of a graph, written as text, above a sixth of its edges?"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from llmerm.tasks.definition import Characters, Definition, Instance

_EDGE = 6  # characters: uDDvDD
_IDS = 100  # two digits


def _build(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    """E = V = n // 6. Positives: disjoint triangles plus pendants. Negatives: a random tree plus an edge.

    Ids (a random choice of 00..99), the order of the edges and their direction are random.
    """
    vertices = n // _EDGE

    def sample(label: int, tries: int, rng: np.random.Generator) -> Characters:
        edges = _triangles(tries, vertices, rng) if label else _tree_and_edge(tries, vertices, rng)
        return _write(_disguise(edges, vertices, rng))

    return Instance(_oracle, sample, {"edges": vertices, "vertices": vertices})


def _attached(rows: int, vertices: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(rows, vertices, 2): each vertex i with a uniform vertex before it (0 with itself: the root)."""
    later = np.broadcast_to(np.arange(vertices), (rows, vertices))
    earlier = np.floor(rng.random((rows, vertices)) * later).astype(np.int64)
    return np.stack([later, earlier], axis=2)


def _triangles(rows: int, vertices: int, rng: np.random.Generator) -> NDArray[np.int64]:
    edges = _attached(rows, vertices, rng)
    covered = vertices // 3 * 3
    corner = np.arange(covered)
    edges[:, :covered, 0] = corner
    edges[:, :covered, 1] = corner // 3 * 3 + (corner + 1) % 3
    return edges


def _tree_and_edge(rows: int, vertices: int, rng: np.random.Generator) -> NDArray[np.int64]:
    edges = _attached(rows, vertices, rng)
    parent = edges[:, :, 1].copy()
    todo = np.arange(rows)
    while len(
        todo
    ):  # the extra edge takes the place of the root's loop; it joins two vertices not yet joined
        a, b = rng.integers(0, vertices, size=(2, len(todo)))
        edges[todo, 0, 0], edges[todo, 0, 1] = a, b
        todo = todo[(a == b) | (parent[todo, a] == b) | (parent[todo, b] == a)]
    return edges


def _disguise(edges: NDArray[np.int64], vertices: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rows = np.arange(len(edges))[:, None]
    ids = np.argsort(rng.random((len(edges), _IDS)), axis=1)[:, :vertices]
    named = ids[rows[:, :, None], edges]
    named = named[rows, np.argsort(rng.random((len(edges), vertices)), axis=1)]
    turned = rng.random((len(edges), vertices, 1)) < 0.5
    return np.where(turned, named[:, :, ::-1], named)


def _write(edges: NDArray[np.int64]) -> Characters:
    text = np.empty((*edges.shape[:2], _EDGE), dtype=np.uint8)
    for end, letter in enumerate("uv"):
        text[:, :, 3 * end] = ord(letter)
        text[:, :, 3 * end + 1] = ord("0") + edges[:, :, end] // 10
        text[:, :, 3 * end + 2] = ord("0") + edges[:, :, end] % 10
    return text.reshape(len(edges), -1)


def _oracle(x: str) -> int:
    """E - V + C > max(1, E // 6), the components found by union of sets."""
    edges = re.findall(r"u(\d\d)v(\d\d)", x)
    component = {vertex: {vertex} for edge in edges for vertex in edge}
    for a, b in edges:
        if component[a] is not component[b]:
            component[a] |= component[b]
            for vertex in component[b]:
                component[vertex] = component[a]
    components = len({id(members) for members in component.values()})
    return int(len(edges) - len(component) + components > max(1, len(edges) // 6))


DEFINITIONS = (
    Definition(
        "cycle_count",
        "CycleCount",
        "the graph has E - V + C > max(1, E // 6) (edges, vertices, components)",
        "edges uDDvDD",
        300,
        (300,),
        _build,
        min_n=36,
        max_n=_EDGE * _IDS,
        step=_EDGE,
        why_n="6 characters an edge, two triangles at least, 100 vertex names at most",
    ),
)

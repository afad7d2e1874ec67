"""Interviewers without whom part of the panel could not be compared with the rest.

A single shared interviewer links two sites on paper; in fact the comparison then rests on that one
person's severity, and the prior still decides most of it. Such interviewers are the articulation points
of the graph of candidates and interviewers (Hopcroft & Tarjan 1973).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Bridge:
    """An interviewer who alone links a part of the panel with the rest."""

    interviewer: int
    candidates: int
    """Candidates of the smaller side who met other interviewers of that side."""
    interviewers: int
    """Those other interviewers."""


def find_bridges(candidate: npt.ArrayLike, interviewer: npt.ArrayLike) -> list[Bridge]:
    """List bridges, the one with the larger smaller side first.

    Arguments are integer codes ``0..``, one per rating. Candidates who met nobody but the bridge do not
    count as a side. Linear in the number of candidate x interviewer pairs.
    """
    who, by = np.asarray(candidate, np.intp), np.asarray(interviewer, np.intp)
    people, staff = int(who.max()) + 1, int(by.max()) + 1
    met = np.unique(who * staff + by)
    ends = np.concatenate([met // staff, people + met % staff])
    others = np.concatenate([people + met % staff, met // staff])
    order = np.argsort(ends, kind="stable")
    neighbours = others[order].tolist()
    start = np.searchsorted(ends[order], np.arange(people + staff + 1)).tolist()
    sides = _sides_cut_off(neighbours, start, people, staff)
    found = []
    for judge, parts in sides.items():
        real = sorted((part for part in parts if part[1] > 0), reverse=True)
        if len(real) > 1:
            candidates, interviewers = (sum(part[which] for part in real[1:]) for which in (0, 1))
            found.append(Bridge(judge, candidates, interviewers))
    return sorted(found, key=lambda bridge: (-bridge.candidates, bridge.interviewer))


def _sides_cut_off(
    neighbours: list[int], start: list[int], people: int, staff: int
) -> dict[int, list[tuple[int, int]]]:
    """For every interviewer: (candidates, interviewers) of each part left when removed.

    Depth-first search without recursion; ``low`` is the earliest node a subtree reaches past its root.
    """
    nodes = people + staff
    seen, low, parent = [-1] * nodes, [0] * nodes, [-1] * nodes
    below = [[0, 0] for _ in range(nodes)]
    cut: dict[int, list[tuple[int, int]]] = {}
    next_edge = start[:-1].copy()
    clock = 0
    for root in range(nodes):
        if seen[root] >= 0:
            continue
        visited = [root]
        seen[root] = low[root] = clock
        clock += 1
        stack = [root]
        while stack:
            node = stack[-1]
            if next_edge[node] < start[node + 1]:
                other = neighbours[next_edge[node]]
                next_edge[node] += 1
                if seen[other] < 0:
                    parent[other] = node
                    seen[other] = low[other] = clock
                    clock += 1
                    visited.append(other)
                    stack.append(other)
                elif other != parent[node]:
                    low[node] = min(low[node], seen[other])
                continue
            stack.pop()
            below[node][node >= people] += 1
            above = parent[node]
            if above < 0:
                continue
            low[above] = min(low[above], low[node])
            below[above][0] += below[node][0]
            below[above][1] += below[node][1]
            if above >= people and low[node] >= seen[above]:
                cut.setdefault(above - people, []).append((below[node][0], below[node][1]))
        whole = below[root]
        for node in visited:
            judge = node - people
            if judge in cut and parent[node] >= 0:
                gone = [sum(part[which] for part in cut[judge]) for which in (0, 1)]
                cut[judge].append((whole[0] - gone[0], whole[1] - gone[1] - 1))
    return cut

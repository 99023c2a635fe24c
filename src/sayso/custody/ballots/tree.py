"""One hash over many lines, and short proofs that a line is among them: the tree of RFC 6962, section 2.1.

Leaves and inner nodes are hashed with different first bytes, so that no node can be passed off as a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def levels_of(lines: Sequence[bytes]) -> list[list[bytes]]:
    """The tree from its leaves up; its last level is the root alone.

    Joining neighbours and passing an odd last one up splits at the largest power of two, as the RFC does.
    """
    return levels_above([leaf_hash(line) for line in lines] or [hashlib.sha256(b"").digest()])


def levels_above(nodes: list[bytes]) -> list[list[bytes]]:
    """The same from any level up."""
    levels = [nodes]
    while len(below := levels[-1]) > 1:
        joined = [node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
        levels.append(joined + below[len(below) - len(below) % 2 :])
    return levels


def root_of(lines: Sequence[bytes]) -> bytes:
    """The hash over all lines, in their order; of none, the hash of nothing.

    >>> root_of([]).hex()[:16]
    'e3b0c44298fc1c14'
    """
    return levels_of(lines)[-1][0]


class GrowingTree:
    """The root of lines that come one by one, with the root of each BLOCK of them: millions need no memory.

    >>> tree = GrowingTree()
    >>> for line in (b"a", b"b", b"c"):
    ...     tree.add(line)
    >>> tree.root() == root_of([b"a", b"b", b"c"])
    True
    """

    BLOCK = 1024  # a power of two, so that blocks are whole branches

    def __init__(self) -> None:
        self.n_lines = 0
        self._blocks: list[bytes] = []
        self._branches: list[tuple[int, bytes]] = []  # whole branches of the last block: how many lines, hash

    def add(self, line: bytes) -> None:
        size, node = 1, leaf_hash(line)
        while self._branches and self._branches[-1][0] == size:
            size, node = 2 * size, node_hash(self._branches.pop()[1], node)
        if size == self.BLOCK:
            self._blocks.append(node)
        else:
            self._branches.append((size, node))
        self.n_lines += 1

    def block_roots(self) -> list[bytes]:
        """One a block, the last one of what there is."""
        if not self._branches:
            return list(self._blocks)
        node = self._branches[-1][1]
        for _, left in reversed(self._branches[:-1]):
            node = node_hash(left, node)
        return [*self._blocks, node]

    def root(self) -> bytes:
        return levels_above(self.block_roots() or [hashlib.sha256(b"").digest()])[-1][0]


def path_in(levels: Sequence[Sequence[bytes]], index: int) -> list[tuple[str, bytes]]:
    """The neighbours that lead from one line to the root, from below, with the side each stands on."""
    path = []
    for level in levels[:-1]:
        other = index ^ 1
        if other < len(level):
            path.append(("left" if other < index else "right", level[other]))
        index //= 2
    return path


def root_from(line: bytes, path: Sequence[tuple[str, bytes]]) -> bytes:
    """The root that a line and its neighbours lead to."""
    found = leaf_hash(line)
    for side, other in path:
        found = node_hash(other, found) if side == "left" else node_hash(found, other)
    return found

"""The bot's modules as a graph: who imports whom when it runs, and which classes there are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ModuleGraph:
    trees: dict[str, ast.Module]
    imports: dict[str, set[str]]

    @classmethod
    def read(cls, folder: Path) -> ModuleGraph:
        trees = {
            _name(path, folder): ast.parse(path.read_text(encoding="utf-8"))
            for path in sorted(folder.rglob("*.py"))
        }
        return cls(trees, {name: set(_imported(name, tree, trees)) for name, tree in trees.items()})

    def classes(self) -> dict[str, list[str]]:
        """Each public class name of a module's top level, and the modules that define it."""
        found: dict[str, list[str]] = {}
        for name, tree in self.trees.items():
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found.setdefault(node.name, []).append(name)
        return found

    def arrows_within(self, package: str) -> set[tuple[str, str]]:
        inside = {name for name in self.imports if name.startswith(f"{package}.")}
        return {(a, b) for a in inside for b in self.imports[a] & inside}

    def circles(self) -> list[set[str]]:
        """Modules that reach each other, also by imports inside of functions."""
        reach = {name: self._reached(name) for name in self.imports}
        circles = []
        for name in sorted(reach):
            circle = {other for other in reach[name] if name in reach[other]}
            if len(circle) > 1 and circle not in circles:
                circles.append(circle)
        return circles

    def _reached(self, start: str) -> set[str]:
        found, waiting = set[str](), [start]
        while waiting:
            for name in self.imports[waiting.pop()] - found:
                found.add(name)
                waiting.append(name)
        return found


def _name(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _imported(name: str, tree: ast.Module, known: dict[str, ast.Module]) -> Iterator[str]:
    for node in _nodes_that_run(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found = inner if inner in known else node.module
                if found != name:
                    yield found


_HOLD_IMPORTS = (ast.stmt, ast.excepthandler, ast.match_case)


def _nodes_that_run(node: ast.AST) -> Iterator[ast.AST]:
    """Without what only the type checker sees; expressions hold no imports."""
    waiting: list[ast.AST] = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            waiting += [one for one in ast.iter_child_nodes(node) if isinstance(one, _HOLD_IMPORTS)]

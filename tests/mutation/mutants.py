"""Small faults in a file, one at a time: another sign, comparison, constant or branch, a term left out.

What only makes a message, a type or a docstring is left alone: no answer hangs on it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

COMPARED = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
COMPARED |= {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
COMPUTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}
JOINED = {ast.And: ast.Or, ast.Or: ast.And}


@dataclass(frozen=True)
class Mutant:
    """One fault: the file, the position of the expression in it, which of its changes (-1: none); the line, what was there and is now."""

    file: Path
    position: int
    choice: int
    line: int
    before: str
    after: str

    def without_fault(self) -> Mutant:
        """The same file with the expression in its own place: what fails with it fails by the way it is read."""
        return replace(self, choice=-1)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.before}  ->  {self.after}"

    @property
    def source(self) -> str:
        """The whole file with the fault."""
        tree = ast.parse(self.file.read_text(encoding="utf-8"))
        here = next(node for n, node in enumerate(_expressions(tree)) if n == self.position)
        other = here if self.choice < 0 else list(_changed(here))[self.choice]
        return ast.unparse(ast.fix_missing_locations(_Put(here, other).visit(tree)))


def mutants(file: Path) -> list[Mutant]:
    """Every fault that can be made in a file."""
    return [
        Mutant(file, position, choice, getattr(node, "lineno", 0), ast.unparse(node), ast.unparse(other))
        for position, node in enumerate(_expressions(ast.parse(file.read_text(encoding="utf-8"))))
        for choice, other in enumerate(_changed(node))
    ]


class _Put(ast.NodeTransformer):
    """One node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    """Expressions of a tree on which an answer may hang, in a fixed order."""
    if isinstance(node, (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Assert)) or _overloads(node):
        return
    if isinstance(node, ast.expr):
        yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _expressions(child)


def _overloads(node: ast.AST) -> bool:
    """Is it one of several signatures of a function, whose defaults are never read?"""
    return isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "overload" for one in node.decorator_list)


def _changed(node: ast.AST) -> Iterator[ast.expr]:
    """What may stand in the place of an expression."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
        yield ast.Compare(node.left, [COMPARED[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        if isinstance(node.left, ast.List) or isinstance(node.right, ast.List):
            return
        yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
        yield node.left  # the other term is left out
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(JOINED[type(node.op)](), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        else:
            yield ast.Constant(node.value * 2 if node.value else node.value + 1)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("max", "min"):
        yield ast.Call(ast.Name("min" if node.func.id == "max" else "max", ast.Load()), node.args, node.keywords)

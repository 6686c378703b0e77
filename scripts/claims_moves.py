"""Give docs/claims-moves.md, drawn from the table of moves by `make docs`."""

from huibao.domain.claims.diagram import page

__all__ = ["page"]

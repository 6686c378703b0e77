"""Where the SQL of two engines differs: all of it stands here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where two engines write differently. Everything that is not named here both read alike."""

    name: str
    divide: str
    """Whole-number division, towards zero, of two 64-bit numbers."""
    quote: str
    """Mark around a name."""
    escapes: str
    """What stands before a quotation mark within a text, and before itself where it is not that mark."""

    def quoted(self, name: str) -> str:
        """A column's name as it stands in a table."""
        return f"{self.quote}{name}{self.quote}"

    def text(self, word: str) -> str:
        """A text as a literal."""
        word = word if self.escapes == "'" else word.replace(self.escapes, 2 * self.escapes)
        return "'" + word.replace("'", f"{self.escapes}'") + "'"


DUCKDB = Dialect("duckdb", "//", '"', "'")
SPARK = Dialect("spark", "DIV", "`", "\\")

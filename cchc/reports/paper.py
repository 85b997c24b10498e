"""A paper as its parts, before it is a file: who writes it, what it says, its tables, who signs it and who gets it."""

from dataclasses import dataclass
from typing import Literal

ROOM = "…"
UNDATED = f"ngày {ROOM} tháng {ROOM} năm {ROOM}"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True)
class Blank:
    """A place that only people can fill, because no record holds it; `what` says what belongs there, `around` is the
    text that has the place in it where it is more than that."""

    what: str = ""
    around: str = ""

    def __str__(self) -> str:
        return self.around or (f"{ROOM} ({self.what})" if self.what else ROOM)


@dataclass(frozen=True)
class Link:
    """Words that open a page of the dashboard."""

    text: str
    address: str

    def __str__(self) -> str:
        return self.text


Piece = str | Blank | Link


@dataclass(frozen=True)
class Heading:
    """I., II. (level 1, capitals), 1., 2. (level 2) or a), b) (level 3)."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True)
class Prose:
    """One paragraph."""

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))


@dataclass(frozen=True)
class Box:
    """Text over some columns and rows of a block (above the headings, the headings, the signatures), counted from 0."""

    text: str
    row: int
    column: int
    columns: int = 1
    rows: int = 1
    bold: bool = False
    align: Literal["left", "center"] = "center"


@dataclass(frozen=True)
class Table:
    """A table: headings, the width of each column in parts of the whole, and rows; counts are written with the
    separators of the paper's language. The first columns, as many as `texts`, hold words and the others figures, which
    stand at the right. A row that sums others up is one of `bold`. A short table that is `whole` stands on one page.
    Headings `over` some others stand in a row of their own above them."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Piece | int, ...], ...]
    bold: frozenset[int] = frozenset()
    texts: int = 2
    whole: bool = True
    over: tuple[Box, ...] = ()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The headings at their places: in one row, or in two where some stand over others."""
        under = {column for box in self.over for column in range(box.column, box.column + box.columns)}
        rows = 2 if self.over else 1
        below = (
            Box(head, rows - 1, column) if column in under else Box(head, 0, column, rows=rows)
            for column, head in enumerate(self.heads)
        )
        return (*self.over, *below)


Block = Heading | Prose | Table


@dataclass(frozen=True)
class Letterhead:
    """What stands around every paper of one office (Nghị định 30/2020/NĐ-CP, Phụ lục I), line by line. `name` is the
    office inside a sentence, `to` are those addressed, `copies` those who get it; `receiver` gets the statistical
    forms; `basis` is what asks for the paper; `below` the office of a signer below the signature (ô 7b). Signer,
    number and day are known where somebody wrote them down."""

    parent: tuple[str, ...]
    issuer: tuple[str, ...]
    name: str
    symbol: str
    place: str
    to: tuple[str, ...]
    copies: tuple[str, ...]
    signs: tuple[str, ...]
    receiver: str
    basis: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    signer: str = ""
    number: str = ROOM
    dated: str = UNDATED


@dataclass(frozen=True)
class Annex:
    """A supplement with pages of its own, on the long side of the sheet where its table needs that."""

    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True)
class Paper:
    """A report to be signed, or minutes, which secretary and chair sign. `subject` says what it is about; `origin`
    where its figures come from, at the foot of every page; `demo` that they are made up."""

    head: Letterhead
    subject: str
    body: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    origin: str
    demo: bool
    form: Literal["report", "minutes"] = "report"

    @property
    def blanks(self) -> list[Blank]:
        """The places people must fill, all that are yellow in the file; number and date, which the clerk gives, are not
        among them."""
        head, blocks = self.head, [*self.body, *(block for annex in self.annexes for block in annex.blocks)]
        around = (
            (*head.parent, *head.issuer, head.place, *head.to, self.subject, *head.copies, *head.signs, *head.below)
            if self.form == "report"
            else (*head.parent, *head.issuer)
        )
        inside = [piece for block in blocks for piece in _pieces(block)]
        names = [to_sign(head.signer)] if self.form == "report" else [SIGNER, SIGNER]
        return [piece for piece in (*map(to_fill, around), *inside, *names) if isinstance(piece, Blank)]


def _pieces(block: Block) -> tuple[Piece | int, ...]:
    if isinstance(block, Prose):
        return block.pieces
    return tuple(cell for row in block.rows for cell in row) if isinstance(block, Table) else ()


SIGNER = Blank("họ và tên")


def to_fill(text: str) -> Piece:
    """What an area declares about its office; a place to fill where it left one."""
    return Blank(around=text) if ROOM in text else text


def to_sign(name: str) -> Piece:
    """The name below a signature; a place to fill where nobody wrote it down."""
    return name or SIGNER


def say(*pieces: Piece) -> Prose:
    """A paragraph of these pieces."""
    return Prose(pieces)


def annex_name(place: int, count: int) -> str:
    """How text and head call the supplement of that place (from 0): with a Roman number where there are several."""
    return f"Phụ lục {ROMAN[place]}" if count > 1 else "Phụ lục"


def see(first: int, last: int, count: int, what: str) -> Prose:
    """The paragraph that points to supplements, which a paper that has some must (Nghị định 30/2020/NĐ-CP, III.1.a)."""
    names = [annex_name(place, count) for place in range(first, last + 1)]
    return say(f"({what} tại {', '.join(names)} kèm theo)")

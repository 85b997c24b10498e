"""A count is declared once: the statement of the ledger, the list behind a number and the words follow."""

from cchc.figures.metrics import FIGURES
from cchc.store.counts import COUNTS, LEDGER, written
from cchc.text import LANGUAGES


def test_the_file_of_the_ledger_says_what_is_declared() -> None:
    text = LEDGER.read_text(encoding="utf-8")
    assert written(text) == text, "run `make format`: a count was added or changed"


def test_a_ledger_without_its_columns_is_written_whole_again() -> None:
    text = LEDGER.read_text(encoding="utf-8")
    columns = [line for line in text.splitlines() if "count(case" not in line or "_change" in line]
    assert written("\n".join(columns) + "\n").count(" as late,") == 1


def test_every_count_is_read_by_a_metric() -> None:
    read = {name for metric in FIGURES.values() for name in (*metric.numerator, *metric.denominator)}
    assert COUNTS.keys() <= read


def test_a_count_and_what_is_counted_by_it_have_words_in_both_languages() -> None:
    assert all(count.label[language] for count in COUNTS.values() for language in LANGUAGES)

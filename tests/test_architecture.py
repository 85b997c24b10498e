"""The house keeps its shape: layers, one room per concern, and nothing added in one half only."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
import sqlglot
from sqlglot import exp

from cchc.addresses import ADDRESSES
from cchc.config import MAPPINGS, REFERENCE, ROOT
from cchc.figures import metrics
from cchc.importing import mapping
from cchc.rules import references
from cchc.text import LANGUAGES

LIBRARY = sorted((ROOT / "cchc").rglob("*.py"))
# `pages/__main__.py` is no page: it is what runs for every look, and must therefore do something.
PAGE_FILES = sorted(path for path in (ROOT / "pages").rglob("*.py") if path.stem != "__main__")
# A page is a module or a folder; the folder's own module draws it, the others are its parts.
PAGE_MODULES = [
    path
    for path in PAGE_FILES
    if path.parent == ROOT / "pages" or (path.stem == "__init__" and path.parent.parent == ROOT / "pages")
]
PRODUCT = [*LIBRARY, *PAGE_FILES, ROOT / "dashboard.py"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
ALL = [*PRODUCT, *TESTS]
SQL_FILES = sorted((ROOT / "cchc").rglob("*.sql"))
DATASETS = sorted(path.parent for path in REFERENCE.glob("*/dataset.toml"))
LONGEST_MODULE = 400
LONGEST_PAGE = 90

# Files, links and other programs use these names: they never change.
METRICS = """
    received carried_in handled resolved early on_day on_time late withdrawn undated open open_within open_overdue
    clearance_rate early_rate on_day_rate on_time_rate late_rate on_time_rate_766 open_overdue_rate
    due due_on_time due_on_time_rate due_soon online counter postal online_rate counter_rate postal_rate
    components_digitised_rate result_digitised_rate online_payment_rate satisfaction_rate same_day same_day_rate
    accepted_in_time_rate mean_days median_days p90_days model_received model_due model_kept model_kept_rate
""".split()


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def over_every(paths: list[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """A rule about one file becomes one test of all files, which names each file that breaks it."""

    def of_all(rule: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            broken = {}
            for path in paths:
                try:
                    rule(path)
                except AssertionError as error:
                    broken[name(path)] = str(error)
            assert not broken

        test.__name__ = rule.__name__
        return test

    return of_all


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> Iterator[str]:
    """Full names of what a file imports: `from a.b import c` gives a.b and a.b.c."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def roots_imported(paths: list[Path]) -> set[str]:
    return {module.split(".")[0] for path in paths for module in imported(path)}


# --- Layers ---


def test_imports_point_downwards_only() -> None:
    command = [sys.executable, str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_every_module_has_its_place_in_the_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = set(re.findall(r"cchc\.\w+", " ".join(layers)))
    modules = {f"cchc.{path.relative_to(ROOT / 'cchc').parts[0].removesuffix('.py')}" for path in LIBRARY}
    assert modules - {"cchc.__init__"} <= placed


def test_nothing_imports_the_entry_points() -> None:
    for path in ALL:
        if not path.is_relative_to(ROOT / "tests"):
            assert not {"dashboard", "cchc.__main__"} & set(imported(path)), name(path)


@over_every(PRODUCT)
def test_only_the_entry_the_pages_and_ui_know_streamlit(path: Path) -> None:
    may = name(path).startswith(("dashboard.py", "pages/", "cchc/ui/"))
    assert may or "streamlit" not in roots_imported([path])


@over_every(PRODUCT)
def test_only_config_reads_the_environment(path: Path) -> None:
    reads = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    named = {module.removeprefix("os.") for module in imported(path) if module.startswith("os.")}
    assert name(path) == "cchc/config.py" or not {"environ", "getenv"} & (reads | named)


@over_every(PRODUCT)
def test_only_disk_makes_private_folders(path: Path) -> None:
    """One door: what goes through it is gone when its process is, killed or not."""
    assert name(path) == "cchc/disk.py" or "tempfile" not in roots_imported([path])


MAY_HOLD_SQL = re.compile(r"cchc/((store|importing|entered)/.*|figures/query\.py)")
# Statements are written in lower or upper case, sentences for readers start with a capital ("Select a unit from").
SQL = re.compile(r"(?:^|[(\n])\s*(?:select|SELECT)\b.*?\b(?:from|FROM)\b|\bread_parquet\s*\(", re.DOTALL)


def literals(path: Path) -> Iterator[str]:
    """Every string a file holds, docstrings left out, the pieces of an f-string joined."""
    nodes = list(ast.walk(tree(path)))
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in nodes if isinstance(node, ast.JoinedStr)
    }
    statements = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | statements:
            yield node.value


@over_every(PRODUCT)
def test_sql_lives_in_its_own_rooms(path: Path) -> None:
    assert MAY_HOLD_SQL.fullmatch(name(path)) or [text for text in literals(path) if SQL.search(text)] == []


# --- The statements run elsewhere too ---

SPARK_EXTRACTS = set("YEAR QUARTER MONTH WEEK DAY DAYOFWEEK DAYOFWEEK_ISO DOY HOUR MINUTE SECOND".split())


def neutral(node: exp.Expression) -> exp.Expression:
    """The dialects' notes on what happens when a cast or a division fails are no part of the meaning here."""
    if isinstance(node, exp.TryCast):
        return exp.Cast(this=node.this, to=node.args["to"])
    if isinstance(node, exp.Div):
        node.set("safe", None)
    return node


@over_every(SQL_FILES)
def test_a_statement_means_the_same_to_spark_and_to_duckdb(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    spark, duckdb = (sqlglot.parse_one(text, read=dialect).transform(neutral) for dialect in ("spark", "duckdb"))
    assert spark == duckdb
    assert {extract.name.upper() for extract in spark.find_all(exp.Extract)} <= SPARK_EXTRACTS
    assert [call.name for call in spark.find_all(exp.Anonymous)] == []


# --- Modules ---


@over_every(PRODUCT)
def test_a_module_opens_with_one_sentence(path: Path) -> None:
    sentence = (ast.get_docstring(tree(path)) or "").split("\n\n")[0]
    assert sentence.endswith((".", "?")), "no docstring, or no full stop at its end"
    assert not re.search(r"[.!?]\s", sentence), "more than one sentence"


@over_every(PRODUCT)
def test_a_module_fits_in_one_view(path: Path) -> None:
    longest = LONGEST_PAGE if path in PAGE_MODULES else LONGEST_MODULE
    assert len(path.read_text(encoding="utf-8").splitlines()) <= longest


@over_every(ALL)
def test_no_room_is_named_after_nothing(path: Path) -> None:
    assert not {"utils", "util", "helpers", "helper", "core", "common", "misc"} & {path.stem, *Path(name(path)).parts}


def given(path: Path) -> Iterator[str]:
    """The names of all parameters of a file, and of the fields its classes are made with."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ClassDef):
            yield from (
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            )


@over_every(PRODUCT)
def test_what_is_given_is_named_after_what_it_is(path: Path) -> None:
    """A brief, an evaluation, references: nobody scrolls up to learn what `found` holds."""
    assert {"found", "known", "each"}.isdisjoint(given(path))


def own_idioms(path: Path) -> Iterator[str]:
    """Other ways to say something in two languages than a `Text`, `both` or a piece of a `Text`."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Dict(keys=[ast.Constant(value="vi"), ast.Constant(value="en")]):
                yield ast.unparse(node)
            case ast.Call(func=ast.Name("Text"), args=[ast.Call() as vi, ast.Call() as en]):
                in_vi, in_en = (ast.unparse(ast.Tuple([said.func, *said.args[:-1]])) for said in (vi, en))
                if in_vi == in_en and [ast.unparse(each) for each in (*vi.args[-1:], *en.args[-1:])] == [
                    "'vi'",
                    "'en'",
                ]:
                    yield ast.unparse(node)
            case ast.IfExp(test=ast.Compare(comparators=[ast.Constant(value="vi" | "en")]), body=body, orelse=other):
                if all(isinstance(said, ast.JoinedStr | ast.Constant) for said in (body, other)):
                    yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(value=ast.Subscript(slice=ast.Slice(None) | ast.Constant(0)), attr=attr)):
                if attr in ("upper", "lower"):
                    yield ast.unparse(node)


@over_every([path for path in PRODUCT if path != ROOT / "cchc" / "text.py"])
def test_both_languages_are_said_in_one_idiom(path: Path) -> None:
    assert list(own_idioms(path)) == []


def test_no_list_of_names_is_written_twice() -> None:
    """The copy would stay behind when the first one grows."""
    homes: dict[str, list[str]] = {}
    for path in PRODUCT:
        for node in tree(path).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict | ast.Tuple | ast.List):
                long = len(getattr(node.value, "elts", getattr(node.value, "keys", ()))) >= 4
                homes.setdefault(ast.dump(node.value), []).extend([name(path)] * long)
    assert [where for where in homes.values() if len(where) > 1] == []


@over_every(ALL)
def test_no_docstring_is_broken_off(path: Path) -> None:
    """A quotation mark between a blank and the end of a line is what a tool left behind."""
    may_have = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = [ast.get_docstring(node) or "" for node in ast.walk(tree(path)) if isinstance(node, may_have)]
    assert [text for text in said if re.search(r'(?: |^)"\s*$|^\s*" ', text, re.MULTILINE)] == []


# --- Pages ---


@over_every(PAGE_FILES)
def test_a_page_module_defines_and_does_nothing(path: Path) -> None:
    defining = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef)
    body = tree(path).body[1:]  # after the docstring
    assert [ast.unparse(node) for node in body if not isinstance(node, defining)] == []
    assigned = [part for node in body if isinstance(node, ast.Assign | ast.AnnAssign) for part in ast.walk(node)]
    called = {ast.unparse(part.func) for part in assigned if isinstance(part, ast.Call)}
    assert [function for function in called if function.split(".")[0] in ("st", "streamlit")] == []


def test_every_page_is_registered_once_and_renders() -> None:
    pages = importlib.import_module("pages")

    files = {path.parent.name if path.stem == "__init__" else path.stem for path in PAGE_MODULES} - {"pages"}
    draws = [page.render for page in (*pages.PAGES, pages.MODELS)]
    assert sorted(each.__module__ for each in draws) == sorted(f"pages.{stem}" for stem in files)
    assert {each.__name__ for each in draws} == {"render"}
    assert pages.MODELS.after in {page.slug for page in pages.PAGES}
    for page in pages.PAGES:
        assert all(page.title[language] for language in LANGUAGES)


def test_the_pages_are_those_the_library_links_to() -> None:
    assert tuple(page.slug for page in importlib.import_module("pages").PAGES) == ADDRESSES


def test_only_the_list_of_pages_and_typed_links_write_an_address() -> None:
    """An address inside a longer text would stay behind when the page moves."""
    inside = re.compile(rf"(?:^|[/ \"'])({'|'.join(ADDRESSES)})[?/]")
    found = [(name(path), text) for path in PRODUCT for text in literals(path) if inside.search(text)]
    assert found == []


def test_a_slug_is_unique_and_never_the_name_of_a_file_or_folder() -> None:
    """Streamlit would run a file of that name by itself, without the entry and its sign-in."""
    registered = importlib.import_module("pages").PAGES

    slugs = [page.slug for page in registered]
    assert len(slugs) == len(set(slugs))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in slugs)
    assert not set(slugs) & {path.stem for path in [*(ROOT / "pages").rglob("*"), *ROOT.glob("*")]}


def test_streamlit_takes_no_file_or_folder_for_a_page_of_its_own() -> None:
    """It looks for a folder named `pages` beside the script it serves, which is `pages/__main__.py`."""
    assert list((ROOT / "pages").rglob("pages*")) == []
    assert "__main__.py" in (ROOT / "dashboard.py").read_text(encoding="utf-8")


@over_every([path for path in PAGE_FILES if path.parent != ROOT / "pages"])
def test_the_parts_of_a_page_serve_that_page_alone(path: Path) -> None:
    here = f"pages.{path.relative_to(ROOT / 'pages').parts[0]}"
    assert [
        module for module in imported(path) if module.startswith("pages.") and not f"{module}.".startswith(f"{here}.")
    ] == []


@over_every([path for path in PAGE_FILES if path not in PAGE_MODULES])
def test_a_part_of_a_page_is_not_named_twice(path: Path) -> None:
    """A page calls `promise.units(...)`, not `promise.promise_units(...)`."""
    own = {path.stem, path.stem.removesuffix("s")}
    public = [node.name for node in tree(path).body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]
    assert [function for function in public if own & {function, *function.split("_")}] == []


def test_the_kit_of_the_pages_stays_small() -> None:
    kit = sorted((ROOT / "cchc" / "ui").glob("*.py"))
    assert len(kit) <= 8
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in kit) <= 1300


FACADE = {
    alias.name: node.module
    for node in tree(ROOT / "cchc" / "ui" / "__init__.py").body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}


def test_the_facade_of_the_kit_holds_what_two_pages_use_or_more() -> None:
    used: dict[str, set[str]] = {}
    for path in PAGE_FILES:
        page = path.relative_to(ROOT / "pages").parts[0]
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "ui":
                used.setdefault(node.attr, set()).add(page)
    assert len(FACADE) <= 26
    assert {each for each in FACADE if len(used.get(each, ())) < 2} == set()


@over_every([*PAGE_FILES, ROOT / "dashboard.py"])
def test_what_the_facade_has_is_reached_through_it_alone(path: Path) -> None:
    assert set(imported(path)) & {f"{module}.{each}" for each, module in FACADE.items()} == set()


@over_every(PRODUCT)
def test_only_the_table_writes_what_its_script_reads(path: Path) -> None:
    """Pages hand it cells, rows and columns, which have named fields."""
    dictionaries = [
        {key.value for key in node.keys if isinstance(key, ast.Constant)}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Dict)
    ]
    # The small charts of trends are no table: their own script reads a text and a value.
    marks: tuple[set[object], ...] = ({"text", "value"}, {"label", "align"}, {"cells"})
    found = [keys for keys in dictionaries if any(mark <= keys for mark in marks)]
    assert name(path) in ("cchc/ui/table.py", "pages/trends/chart.py") or found == []


WORKED_OUT = {
    "groupby", "agg", "sort_values", "merge", "join", "concat", "pivot", "pivot_table", "melt", "stack", "unstack",
    "set_index", "isin", "shift", "rolling", "cumsum", "resample",
}  # fmt: skip


@over_every(PAGE_FILES)
def test_a_page_shows_frames_and_works_none_out(path: Path) -> None:
    called = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    methods = [each for each in called if isinstance(each, ast.Attribute) and not isinstance(each.value, ast.Constant)]
    assert {each.attr for each in methods} & WORKED_OUT == set()


@over_every(PAGE_FILES)
def test_a_page_has_no_colours_of_its_own(path: Path) -> None:
    """Charts and styles have them, for light, dark and paper."""
    assert [text for text in literals(path) if re.search(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b|\brgba?\(", text)] == []


@over_every(sorted((ROOT / "cchc" / "ui").glob("*.py")))
def test_the_kit_asks_for_a_handful_of_things(path: Path) -> None:
    """What belongs together comes as one value."""
    asked = {
        node.name: [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs) if argument.arg != "self"]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    }
    assert {function: arguments for function, arguments in asked.items() if len(arguments) > 6} == {}


def test_no_module_name_stands_in_three_folders() -> None:
    stems = [path.stem for path in [*LIBRARY, *PAGE_FILES] if not path.stem.startswith("__")]
    stems += [path.parent.name for path in [*LIBRARY, *PAGE_FILES] if path.stem == "__init__"]
    assert sorted({stem for stem in stems if stems.count(stem) > 2}) == []


def test_a_test_stands_where_its_module_stands() -> None:
    wings = {path.name for path in (ROOT / "cchc").iterdir() if path.is_dir()} | {"pages"}
    beside = {"browser", "office", "benchmarks"}
    assert {
        path.relative_to(ROOT / "tests").parts[0] for path in TESTS if path.parent != ROOT / "tests"
    } <= wings | beside


# --- Serving ---


def test_no_action_pays_a_full_garbage_collection() -> None:
    """It costs more the more is remembered: how much, tests/benchmarks/serving.py measures."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False


# --- The other half ---


def test_every_fixed_metric_name_has_a_definition() -> None:
    assert sorted(metrics.METRICS) == sorted(METRICS)
    assert all(metric.name == key for key, metric in metrics.METRICS.items())
    for metric in metrics.METRICS.values():
        assert all(metric.label[language] for language in LANGUAGES)
        assert metric.denominator or all(metric.note[language] for language in LANGUAGES)


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_loads(path: Path) -> None:
    assert mapping.read(path.stem).name == path.stem


def test_the_three_mappings_ship() -> None:
    assert {"cchc", "mot-cua", "boston311"} <= {path.stem for path in MAPPINGS.glob("*.toml")}


@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in REFERENCE.glob("*/dataset.toml")), ids=lambda path: path.name
)
def test_the_references_of_every_dataset_can_be_read(folder: Path) -> None:
    read = references.read(folder)
    assert read.dataset.id == folder.name
    assert read.units
    assert read.procedures
    assert {unit.parent for unit in read.units.values()} <= {"", *read.units}


def test_the_three_demo_datasets_have_references() -> None:
    assert {"tra-cu", "thanh-ha", "my-hao"} <= {path.name for path in DATASETS}


# Tables that are asked only for some of the kinds, or answer with nothing for the others.
PARTIAL = {
    "cchc.findings.agenda.parts._TITLES", "cchc.findings.compliance._MARKS", "cchc.findings.summary._YEAR",
    "cchc.findings.trends.series._MOST",
    "cchc.findings.trends.wording._STEPS",
}  # fmt: skip


def tables_by_kind() -> Iterator[tuple[str, frozenset[object], frozenset[object]]]:
    """Every module's dictionaries whose keys are of a Literal type: their name, the type's members and their keys."""
    for path in LIBRARY:
        module = importlib.import_module(
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        )
        for each, hint in get_type_hints(module).items():
            if get_origin(hint) is dict and get_origin(get_args(hint)[0]) is Literal and hasattr(module, each):
                yield f"{module.__name__}.{each}", frozenset(get_args(get_args(hint)[0])), frozenset(vars(module)[each])


def test_what_is_said_by_kind_is_said_of_every_kind() -> None:
    """Every caveat, reason, verdict, standing, severity and state has its words, marks and colours."""
    found = {each: (members, keys) for each, members, keys in tables_by_kind()}
    assert len(found) > 30
    assert {each for each, (members, keys) in found.items() if members != keys} == PARTIAL


# --- What is installed, and what is told ---

OWN = {"cchc", "pages", "tests", "dashboard"}


def required(path: str) -> dict[str, str]:
    """Package, in lower case with dashes, to the line that asks for it."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    return {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-"): line for line in lines}


def needed(paths: list[Path]) -> set[str]:
    """Packages of the modules imported in `paths`, the standard library and our own left out."""
    packages = packages_distributions()
    modules = roots_imported(paths) - OWN - set(sys.stdlib_module_names)
    return {packages.get(module, [module])[0].lower().replace("_", "-") for module in modules}


@pytest.mark.parametrize("path", ["requirements.txt", "requirements-spark.txt", "tests/requirements.txt"])
def test_every_requirement_is_pinned(path: str) -> None:
    assert [line for line in required(path).values() if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_what_is_imported_is_required() -> None:
    shipped = required("requirements.txt").keys() | required("requirements-spark.txt").keys()
    assert needed(PRODUCT) <= shipped
    assert needed(TESTS) <= shipped | required("tests/requirements.txt").keys()
    assert not required("requirements.txt").keys() & required("tests/requirements.txt").keys()


# Joined here so that this file does not hold them itself.
WORKPLACE = [
    "/work" + "/", "/tmp" + "/w/", "/ho" + "me/", "/ro" + "ot/", "py" + "pi.org", "python" + "hosted.org",
    "index" + "-url", "find" + "-links", "trusted" + "-host", "deb." + "debian.org",
]  # fmt: skip
# What .gitignore leaves out; listed here because the tests also run where there is no git.
NOT_OURS = re.compile(
    r"^(\.git|\.venv|data/(snapshots|entered|meetings|published|registers)|.*_cache|\.hypothesis)(/|$)|(^|/)__pycache__/"
)


def test_the_repository_names_no_workplace_and_no_registry() -> None:
    files = [path for path in ROOT.rglob("*") if path.is_file() and not NOT_OURS.search(name(path))]
    contents = {name(path): path.read_bytes() for path in files}
    assert [(file, word) for file, held in contents.items() for word in WORKPLACE if word.encode() in held] == []


def test_every_decision_has_a_date_and_stands_once_in_the_contents() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    contents, body = text[: text.index("\n## 1. ")], text[text.index("\n## 1. ") :]
    records = re.findall(r"^## (\d+)\. (.+)\n\n(.+)$", body, re.MULTILINE)
    assert [int(number) for number, _, _ in records] == list(range(1, len(records) + 1))
    assert [number for number, _, first in records if not re.match(r"\*\d\d/\d\d/\d{4}", first)] == []
    listed = re.findall(r"^- \[(\d+)\. (.+)\]\(#[\w-]+\)$", contents, re.MULTILINE)
    assert sorted(listed, key=lambda each: int(each[0])) == [(number, title) for number, title, _ in records]

"""Commands that publish: the demo, an export, what an earlier version published; and the units of a new area."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cchc import config, demo, disk, importing
from cchc.commands.telling import datasets, told
from cchc.importing import doubts
from cchc.rules import national, references
from cchc.store import canonical, manifests, rebuilding, snapshots, spark
from cchc.store.origin import Counts, Origin, Source
from cchc.text import Language, Text, UserError


def build_demo(options: argparse.Namespace, language: Language) -> None:
    """`demo`: publish the demo areas; prints the id of each."""
    if options.if_missing and snapshots.datasets(options.data):
        return
    with told(language) as progress:
        published = demo.publish_all(options.data, progress)
    for snapshot in published:
        print(snapshot.dataset, snapshot.id)


def write_units(options: argparse.Namespace, language: Language) -> None:
    """`units`: write the references of a province; prints their paths, and what is not in them."""
    for path in national.write(options.province, options.out or Path(f"units-{options.province}")):
        print(path, flush=True)
    sys.stderr.write(national.BEFORE[language] + "\n")


def import_export(options: argparse.Namespace, language: Language) -> None:
    """`import`: check an export, and publish it unless that is not wanted; prints what was found and the new id."""
    with (
        told(language) as progress,
        importing.read_export(
            options.files,
            options.dataset,
            options.as_of,
            mapping=options.mapping,
            data=options.data,
            progress=progress,
            covers_from=options.covers_from,
        ) as prepared,
    ):
        if options.problems:
            importing.write_problems(prepared.report, options.problems, language)
        if options.dry_run:
            published = None
        else:
            published, _ = prepared.publish(options.accept, progress)
        for sentence in (*prepared.report.describe(), *prepared.report.describe_problems()):
            print(sentence[language])
        if question := doubts.open_question(prepared.report, options.accept):
            print(question[language])
    if published:
        for wrong in published.references.wrong_models:
            print(wrong.why[language])
        print(published.dataset, published.id)


def publish(options: argparse.Namespace, language: Language) -> None:
    """`publish`: publish dossiers that are in their own columns already, in place of those there; prints the new id."""
    folder = references.find(options.dataset, (options.data / "reference", config.REFERENCE))
    if folder is None:
        raise UserError(
            Text(
                f"Chưa có danh mục của {options.dataset} trong {options.data / 'reference'}; xem docs/van-hanh.md.",
                f"There are no references of {options.dataset} in {options.data / 'reference'}; see docs/van-hanh.md.",
            )
        )
    # Elsewhere than on this machine only the cluster can look.
    local = [Path(each) for each in options.dossiers if "://" not in each]
    if gone := [str(path) for path in local if not path.exists()]:
        raise UserError(Text(f"Không có tệp {gone[0]}.", f"There is no file {gone[0]}."))
    sources = tuple(Source(path.name, disk.digest(path), path.stat().st_size) for path in local if path.is_file())
    origin = Origin(sources, Counts(0, 0))
    with ExitStack() as stack:
        if options.engine == "spark":
            opened = spark.opener(stack.enter_context(spark.cluster(options.master)), options.dossiers)
        else:
            opened = canonical.opener(local)
        opener, progress = canonical.checked(opened, folder, options.as_of), stack.enter_context(told(language))
        progress(0.0, Text("Xem các hồ sơ", "Looking at the dossiers"))
        published, _ = snapshots.publish(opener, folder, options.as_of, origin, options.data, progress=progress)
    print(published.dataset, published.id)


def rebuild(options: argparse.Namespace, language: Language) -> int:
    """`rebuild`: publish again what an earlier version published; prints the new ids. 2 where something is damaged."""
    damaged: list[manifests.Damaged] = []
    waiting: list[tuple[str, str]] = []
    for dataset in datasets(options):
        with _gathered(damaged):
            waiting += [(dataset, old) for old in rebuilding.outdated(options.data, dataset)]
    with told(language) as progress:
        for done, (dataset, old) in enumerate(waiting):
            progress(done / len(waiting), Text(f"{dataset} {old}", f"{dataset} {old}"))
            with _gathered(damaged):
                print(dataset, rebuilding.rebuild(options.data, dataset, old).id)
    for damage in damaged:
        print(damage.text[language], file=sys.stderr)
    return 2 if damaged else 0


@contextmanager
def _gathered(damaged: list[manifests.Damaged]) -> Iterator[None]:
    """What is damaged is told at the end, and keeps nobody from the rest."""
    try:
        yield
    except manifests.Damaged as damage:
        damaged.append(damage)

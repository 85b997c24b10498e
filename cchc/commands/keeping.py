"""Commands about what is kept: snapshots listed, taken back, verified; what staff entered, backed up, restored."""

import argparse
import sys
from contextlib import suppress
from dataclasses import astuple
from functools import partial
from pathlib import Path

from cchc.access import record
from cchc.commands.telling import datasets, told
from cchc.entered import backup
from cchc.rules import references
from cchc.store import manifests, retraction, snapshots, verifying
from cchc.store.snapshots import Snapshot
from cchc.text import NOT_AVAILABLE, Language, Progress, Text, UserError, date, number

_RETRACTED = Text("đã thu hồi {}", "retracted {}")
_SINCE = Text("có từ {}", "from {}")
_DAMAGED = Text("HỎNG", "DAMAGED")


def show(options: argparse.Namespace, language: Language) -> int:
    """`snapshots`: print what is published, the current one marked. 2 where something is damaged."""
    damaged = False
    for dataset in datasets(options):
        try:
            shown = snapshots.current(options.data, dataset)
        except manifests.Damaged as damage:
            print(damage.text[language], file=sys.stderr)
            shown, damaged = None, True
        _list(options.data, dataset, shown, language)
    return 2 if damaged else 0


def _list(data: Path, dataset: str, shown: Snapshot | None, language: Language) -> None:
    taken_back = snapshots.retracted(data, dataset)
    with suppress(manifests.Damaged):  # a shelf that cannot be read was said with its current snapshot
        for snapshot in snapshots.published(data, dataset):
            mark = "*" if shown and shown.id == snapshot.id else " "
            size = number(snapshot.manifest["dossiers"], language)
            notes = [_SINCE[language].format(date(snapshot.start, language)), *(["demo"] if snapshot.demo else [])]
            if at := taken_back.get(snapshot.id):
                notes.append(_RETRACTED[language].format(date(at.date(), language)))
            print(mark, dataset, snapshot.id, date(snapshot.as_of, language), size, ", ".join(notes), sep="\t")


def retract(options: argparse.Namespace, language: Language) -> None:
    """`retract`: take a publication back; prints what is current now."""
    datasets(options)
    retraction.retract(options.data, options.dataset, options.snapshot)
    print(options.dataset, snapshots.current_id(options.data, options.dataset) or NOT_AVAILABLE)


def make_current(options: argparse.Namespace, language: Language) -> None:
    """`make-current`: choose a published snapshot; prints its id."""
    datasets(options)
    print(options.dataset, retraction.make_current(options.data, options.dataset, options.snapshot).id)


def verify(options: argparse.Namespace, language: Language) -> int:
    """`verify`: print for everything published whether it is as it was. 2 where something is not."""
    damaged, named = False, datasets(options)
    with told(language) as progress:
        found = {
            dataset: verifying.verify(options.data, dataset, partial(_share, progress, place, len(named)))
            for place, dataset in enumerate(named)
        }
    for dataset in named:
        for name, findings in found[dataset].items():
            print(dataset, name, "OK" if not findings else _DAMAGED[language], sep="\t")
            for finding in findings:
                print("  ", finding[language])
            damaged = damaged or bool(findings)
    own = options.data / "reference"
    for dataset in [options.dataset] if options.dataset else references.areas(own):
        try:
            if folder := references.find(dataset, (own,)):
                references.read(folder)
        except UserError as error:
            print(dataset, "reference", _DAMAGED[language], sep="\t")
            print("  ", error.text[language])
            damaged = True
    if chain := record.broken(options.data):
        print("record", _DAMAGED[language], chain[0][language], sep="\t")
    return 2 if damaged or chain else 0


def _share(progress: Progress, place: int, of: int, done: float, what: Text) -> None:
    """Tell how far one of several is as a share of them all."""
    progress((place + done) / of, what)


def back_up(options: argparse.Namespace, language: Language) -> None:
    """`backup`: copy what staff entered; prints how much it was."""
    _held(backup.write(options.data, options.out), language)


def restore(options: argparse.Namespace, language: Language) -> None:
    """`restore`: put back what a backup holds; prints how much it was."""
    _held(backup.restore(options.data, options.file), language)


def _held(contents: backup.Contents, language: Language) -> None:
    held, tables, files, comments, papers = (number(count, language) for count in astuple(contents))
    text = Text(
        f"{held} cuộc họp; {tables} sổ theo dõi và bảng số đã công bố; {files} tệp danh mục và ánh xạ; "
        f"{comments} ý kiến; {papers} báo cáo đã khóa",
        f"meetings: {held}; registers and published tables: {tables}; files of references and mappings: {files}; "
        f"comments: {comments}; locked papers: {papers}",
    )
    print(text[language])

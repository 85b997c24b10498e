"""Meetings and the commitments made in them, in a store where no change is lost in silence."""

from cchc.access.place import Damaged
from cchc.entered.meetings.kept import no_backup
from cchc.entered.meetings.rows import ABOUTS, COMPARED, LONGEST, MEASURES, About, Commitment, Meeting, Reminder
from cchc.entered.meetings.store import (
    Changed,
    backup,
    commitments,
    former_file,
    get,
    held,
    reminders,
    remove,
    restore,
    save,
    take_over,
)

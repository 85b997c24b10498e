"""Meetings and the commitments made in them, in a store where no change is lost in silence."""

from cchc.entered.meetings.rows import ABOUTS, COMPARED, LONGEST, MEASURES, About, Commitment, Meeting, Reminder
from cchc.entered.meetings.store import (
    Changed,
    Damaged,
    backup,
    commitments,
    get,
    held,
    no_backup,
    reminders,
    remove,
    restore,
    save,
    store_file,
)

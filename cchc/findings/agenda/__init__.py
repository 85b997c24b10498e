"""What a meeting speaks of: units worst first, improved and unchanged, and what became of what was promised."""

from cchc.findings.agenda.brief import CHARTS, Brief, Half, brief
from cchc.findings.agenda.outcomes import VERDICTS, Outcome, RunOf, Value, Verdict, freeze, outcomes, thaw
from cchc.findings.agenda.parts import MEASURED, PARTS, UNITS, Part, half, parts, subtitle, title
from cchc.findings.agenda.subjects import ABOUT, choices
from cchc.findings.agenda.units import GROUPS, Agenda, Change, Group, Line, agenda

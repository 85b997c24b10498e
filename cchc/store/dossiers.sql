-- The verdict on each dossier: every rule of counting (design: rules of counting) is spelled here and nowhere else.
-- Reads source (the canonical columns), units, procedures, calendar, scope, listed and rules (one row: late_by, as_of).
-- Plain SQL that Spark also runs; extract(second ...) there has fractions, second() has none on either.
with dated as (
    select
        source.*,
        procedures.field,
        units.level,
        cast(received_at as date) as received_on,
        cast(due_at as date) as due_on,
        case when status in ('done', 'withdrawn') then coalesce(finished_at, returned_at) end as ended_at,
        extract(hour from received_at) * 3600 + extract(minute from received_at) * 60
            + second(received_at) as received_second,
        extract(hour from submitted_at) * 3600 + extract(minute from submitted_at) * 60
            + second(submitted_at) as submitted_second,
        extract(hour from coalesce(finished_at, returned_at)) * 3600
            + extract(minute from coalesce(finished_at, returned_at)) * 60
            + second(coalesce(finished_at, returned_at)) as ended_second
    from source
    join units on units.unit = source.unit
    join procedures on procedures.procedure = source.procedure
),
judged as (
    select
        dated.*,
        cast(ended_at as date) as ended_on,
        case
            when ended_at is null then null
            when status = 'withdrawn' then 'withdrawn'
            when due_at is null then 'on_day'
            when rules.late_by = 'minute' and ended_at > due_at then 'late'
            when cast(ended_at as date) > due_on then 'late'
            when cast(ended_at as date) < due_on then 'early'
            else 'on_day'
        end as outcome,
        -- The first day at whose end the deadline is past; waiting for the citizen is always within the deadline.
        case
            when status = 'waiting' or due_at is null then null
            when rules.late_by = 'minute' then greatest(due_on, received_on)
            else greatest(cast(due_on + interval '1' day as date), received_on)
        end as past_due_on,
        rules.late_by,
        rules.as_of
    from dated
    cross join rules
),
promised as (
    select
        judged.*,
        received_day.weekday,
        -- From when to when its deadline is near: not past, and only so many working days off.
        case when due_day.soon_from is not null and past_due_on is not null
             then greatest(received_on, due_day.soon_from) end as soon_start,
        least(past_due_on, coalesce(ended_on, past_due_on)) as soon_end,
        ended_day.ordinal - received_day.ordinal as days_between,
        floor((ended_second - received_second) / 60) as minutes_between,
        -- The models whose lists hold this procedure for this unit, on whatever day it was received.
        coalesce(listed.listed, '') as listed,
        -- Eight working hours are one working day: what is filed outside 7:00-11:30 and 13:30-17:00 waits for the desk
        -- to open, and is due by that hour of the next working day. Of a bare date the whole day is left.
        taken_up.next_working_day as accept_day,
        case when submitted_second = 0 then 86400
             when taken_up.day > cast(submitted_at as date) or submitted_second < 25200 then 25200
             when submitted_second between 41400 and 48600 then 48600
             else submitted_second end as accept_second,
        -- Whether a bare date was inside a model's hours is not known: it is not said to be of the model.
        case when received_second > 0 or scope.closes = 86400 then scope.model end as model,
        coalesce(received_second = 0 and scope.closes < 86400, false) as is_hour_missing,
        scope.promise,
        scope.deadline,
        scope.within,
        -- Midnight is a bare date: of such a receipt the last day it may have been promised for.
        case when scope.promise = 'same_day' and (received_second = 0 or received_second > scope.cut_off)
             then received_day.next_working_day
             else received_on end as promised_day
    from judged
    join calendar as received_day on received_day.day = judged.received_on
    left join calendar as due_day on due_day.day = judged.due_on
    left join calendar as ended_day on ended_day.day = judged.ended_on
    left join calendar as submitted_day on submitted_day.day = cast(judged.submitted_at as date)
    left join calendar as taken_up on taken_up.day = case
        when submitted_day.working and submitted_second < 61200 then submitted_day.day
        else submitted_day.next_working_day end
    left join listed on listed.unit = judged.unit and listed.procedure = judged.procedure
    left join scope
        on scope.unit = judged.unit
        and scope.procedure = judged.procedure
        and scope.weekday = received_day.weekday
        and judged.received_on between scope.valid_from and scope.valid_to
        and (received_second = 0 or received_second between scope.opens and scope.closes)
),
timed as (
    select
        promised.*,
        -- Whether a result on another day than that of receipt came in time, as far as the hours are known.
        promise = 'same_day' and status = 'done' and promised_day <= as_of
            and ended_on > received_on and ended_on <= promised_day
            -- A result after the last hour it may have been promised for breaks the promise for sure.
            and (received_second = 0 and (ended_on < promised_day or ended_second <= deadline)
                 or ended_second = 0 and ended_on = promised_day)
        or promise = 'minutes' and status = 'done' and ended_on = received_on
            and (received_second = 0 or ended_second = 0) as is_unclear
    from promised
)
select
    timed.*,
    case when past_due_on <= as_of and (ended_on is null or past_due_on < ended_on) then past_due_on end as overdue_on,
    case when soon_start <= as_of and soon_start < soon_end then soon_start end as soon_on,
    case when soon_start < soon_end and soon_end <= as_of then soon_end end as soon_until,
    -- The day its deadline fell, or that of receipt if later, where it is past at the data date: one still to come is
    -- not judged, not even when the end is there.
    case when past_due_on <= as_of then greatest(due_on, received_on) end as deadline_on,
    coalesce(case when late_by = 'minute' then ended_at <= due_at else ended_on <= due_on end, false) as deadline_met,
    -- From or to a bare date only whole days are known.
    cast(case when received_second = 0 or ended_second = 0 then days_between * 1440
              else greatest(days_between * 1440 + minutes_between, 0)
         end as bigint) as minutes,
    -- One filed after it was received says nothing; one filed before any day of the calendar waited long enough.
    channel = 'online' and submitted_at is not null and cast(submitted_at as date) <= received_on
        and (submitted_second = 0 or received_second = 0 or submitted_at <= received_at) as accept_due,
    coalesce(received_on < accept_day or (received_on = accept_day and received_second <= accept_second), false)
        as accepted,
    -- The day the model promises a result for: that of receipt, or the next working day after the cut-off.
    case when model is not null and promise <> 'open' and (promise <> 'same_day' or received_second > 0)
         then promised_day end as promised_on,
    -- An incomplete or withdrawn dossier is outside the promise; one whose deadline is still to come is not judged, not
    -- even when its result is there: counting only the good news early would flatter the last days.
    -- Whether one was filed online must be known.
    model is not null and (
        (promise = 'online' and channel <> 'unknown')
        or (promise in ('same_day', 'minutes') and status not in ('waiting', 'withdrawn') and promised_day <= as_of
            and not is_unclear)
    ) as model_due,
    is_hour_missing or (model is not null and is_unclear) as model_unknown,
    model is not null and (
        (promise = 'online' and channel = 'online')
        or (promise = 'same_day' and status = 'done' and (
            ended_on < promised_day
            or (ended_on = promised_day and (
                promised_day = received_on
                or ended_second <= deadline))))
        or (promise = 'minutes' and status = 'done' and (
            ended_on < received_on
            or (ended_on = received_on and ended_second - received_second <= within * 60)))
    ) as model_kept
from timed

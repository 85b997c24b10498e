-- Dossiers to daily ledger: one row per day, unit, procedure (with the models that list it), channel, weekday of receipt
-- and service model.
-- Every number is a change that happened that day, so any sum over any rows means something.
-- Plain SQL that Spark also runs.
with events as (
    select 'received' as event, received_on as day, dossiers.* from dossiers
    union all
    select 'ended' as event, ended_on as day, dossiers.* from dossiers where ended_on is not null
    union all
    select 'deadline' as event, deadline_on as day, dossiers.* from dossiers where deadline_on is not null
    union all
    select 'soon' as event, soon_on as day, dossiers.* from dossiers where soon_on is not null
    union all
    select 'soon over' as event, soon_until as day, dossiers.* from dossiers where soon_until is not null
    union all
    select 'overdue' as event, overdue_on as day, dossiers.* from dossiers where overdue_on is not null
)
select
    day, unit, procedure, channel, field, level, weekday, listed, model,
    -- Written from counts.py by `make format`:
    count(case when event = 'received' then 1 end) as received,
    count(case when event = 'received' and channel = 'online' then 1 end) as online,
    count(case when event = 'received' and channel = 'counter' then 1 end) as counter,
    count(case when event = 'received' and channel = 'postal' then 1 end) as postal,
    count(case when event = 'received' and components_digitised then 1 end) as components_digitised,
    count(case when event = 'received' and components_digitised is not null then 1 end) as components_known,
    count(case when event = 'received' and fee_due and paid_online then 1 end) as paid_online,
    count(case when event = 'received' and fee_due and paid_online is not null then 1 end) as fee_due,
    count(case when event = 'received' and accept_due then 1 end) as submitted,
    count(case when event = 'received' and accept_due and accepted then 1 end) as accepted_in_time,
    count(case when event = 'received' and model is not null then 1 end) as model_received,
    count(case when event = 'received' and model_due then 1 end) as model_due,
    count(case when event = 'received' and model_due and model_kept then 1 end) as model_kept,
    count(case when event = 'received' and model_due and not model_kept then 1 end) as model_broken,
    count(case when event = 'received' and model_unknown then 1 end) as model_unknown,
    count(case when event = 'received' and promised_on > received_on then 1 end) as next_day_received,
    count(case when event = 'received' and promised_on > received_on and model_due then 1 end) as next_day_due,
    count(case when event = 'received' and promised_on > received_on and model_due and model_kept then 1 end)
        as next_day_kept,
    count(case when event = 'ended' then 1 end) as resolved,
    count(case when event = 'ended' and outcome = 'early' then 1 end) as early,
    count(case when event = 'ended' and outcome = 'on_day' then 1 end) as on_day,
    count(case when event = 'ended' and outcome = 'late' then 1 end) as late,
    count(case when event = 'ended' and outcome = 'withdrawn' then 1 end) as withdrawn,
    count(case when event = 'ended' and outcome = 'on_day' and due_on is null then 1 end) as undated,
    count(case when event = 'ended' and outcome <> 'withdrawn' and ended_on = received_on then 1 end) as same_day,
    count(case when event = 'ended' and outcome <> 'withdrawn' and result_digitised then 1 end) as result_digitised,
    count(case when event = 'ended' and outcome <> 'withdrawn' and result_digitised is not null then 1 end)
        as result_known,
    count(case when event = 'ended' and outcome <> 'withdrawn' and rating >= 4 then 1 end) as satisfied,
    count(case when event = 'ended' and outcome <> 'withdrawn' and rating is not null then 1 end) as rated,
    count(case when event = 'deadline' then 1 end) as due,
    count(case when event = 'deadline' and deadline_met then 1 end) as due_on_time,
    count(case when event = 'deadline' and not deadline_met then 1 end) as due_missed,
    cast(coalesce(sum(case when event = 'ended' and outcome <> 'withdrawn' then minutes end), 0) as bigint) as minutes,
    -- What is open, past due or not, changes by these.
    count(case when event = 'received' then 1 end) - count(case when event = 'ended' then 1 end) as open_change,
    count(case when event = 'soon' then 1 end) - count(case when event = 'soon over' then 1 end) as soon_change,
    count(case when event = 'overdue' then 1 end)
        - count(case when event = 'ended' and overdue_on is not null then 1 end) as overdue_change,
    count(case when event = 'received' then 1 end) - count(case when event = 'overdue' then 1 end)
        - count(case when event = 'ended' and overdue_on is null then 1 end) as within_change
from events
group by day, unit, procedure, channel, field, level, weekday, listed, model

-- Records usage events, each once by source + id.
-- p_events: jsonb array of rows of fuse.usage_events. Result: [{source, id}] of the events that were new.
create function fuse.record_usage(p_events jsonb) returns jsonb
language sql set search_path = fuse, extensions as $$
  with added as (
    insert into usage_events
    select * from jsonb_populate_recordset(null::usage_events, p_events)
    on conflict (source, id) do nothing
    returning source, id
  )
  select coalesce(jsonb_agg(jsonb_build_object('source', source, 'id', id)), '[]') from added
$$;

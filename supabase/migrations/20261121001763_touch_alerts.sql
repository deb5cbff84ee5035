-- Notes when alerts were last seen, once a minute for each; one that had ended fires again, people are told of that later.
-- p_seen: [{id, at (ISO)}, …]. Result: {touched}.
create function fuse.touch_alerts(p_seen jsonb) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_touched integer;
begin
  update alerts a
  set last_seen_at = greatest(last_seen_at, seen.at), state = case state when 'resolved' then 'firing' else state end,
      resolved_at = null, changed_at = seen.at
  from jsonb_to_recordset(p_seen) seen (id text, at timestamptz)
  where a.id = seen.id and not afresh
    and (state <> 'resolved' or not exists (
      select from alerts o
      where o.tenant_id = a.tenant_id and o.rule = a.rule and o.part = a.part and o.severity = a.severity
        and o.state <> 'resolved' and o.ends <> 'silent'));
  get diagnostics v_touched = row_count;

  return jsonb_build_object('touched', v_touched);
end $$;

drop function fuse.load_episodes(timestamptz);
-- What replicas keep of alerts of tenants and of the service: those changed since p_since; null: all that are live or
-- ended since p_ended. Those of incidents are not among them, nor is news that has no end.
-- Result: [alert_state, …].
create function fuse.load_alerts(p_since timestamptz, p_ended timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(alert_state(a) || jsonb_build_object('afresh', afresh) order by changed_at), '[]')
    from alerts a
    where part <> 'incident' and ends <> 'silent'
      and case when p_since is null then not afresh and (state <> 'resolved' or resolved_at >= p_ended)
          else changed_at >= p_since end);
end $$;

-- Replaces where people are told; p_routes: [{rules, severities, tenantId, channels}, …], null: as the service would by
-- itself. Result: {changed}.
create function fuse.put_alert_routing(p_routes jsonb, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_before jsonb;
begin
  select routes into v_before from alert_routing for update;
  if v_before is not distinct from nullif(p_routes, 'null') then
    return jsonb_build_object('changed', false);
  end if;
  delete from alert_routing;
  if nullif(p_routes, 'null') is not null then
    insert into alert_routing (routes, changed_at) values (p_routes, p_now);
  end if;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'alertRouting.changed', jsonb_build_object('before', v_before, 'after', p_routes));

  return jsonb_build_object('changed', true);
end $$;

-- Where people are told. Result: {routes: [{rules, severities, tenantId, channels}, …] or null}.
create function fuse.load_alert_routing() returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return jsonb_build_object('routes', (select routes from alert_routing));
end $$;

-- Mutes a rule until p_until, of one tenant or (null) of all; a mute that is there lasts until then from now on.
-- Result: {muted}.
create function fuse.put_mute(
  p_rule text, p_tenant_id text, p_until timestamptz, p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  insert into mutes values (p_rule, coalesce(p_tenant_id, ''), p_until, p_actor, p_now)
  on conflict (rule, tenant_id) do update
  set until_at = excluded.until_at, muted_by = excluded.muted_by, muted_at = excluded.muted_at;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'rule.muted', p_tenant_id, jsonb_build_object('rule', p_rule, 'until', p_until));

  return jsonb_build_object('muted', true);
end $$;

-- Ends a mute. Result: {unmuted}.
create function fuse.delete_mute(p_rule text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  delete from mutes where rule = p_rule and tenant_id = coalesce(p_tenant_id, '') and until_at > p_now;
  if not found then
    return jsonb_build_object('unmuted', false);
  end if;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'rule.unmuted', p_tenant_id, jsonb_build_object('rule', p_rule));

  return jsonb_build_object('unmuted', true);
end $$;

-- Mutes that have not ended. Result: [{rule, tenantId or null, until, mutedBy, mutedAt}], by rule and tenant.
create function fuse.list_mutes(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'rule', rule, 'tenantId', nullif(tenant_id, ''), 'until', until_at, 'mutedBy', muted_by, 'mutedAt', muted_at)
      order by rule, tenant_id), '[]')
    from mutes where until_at > p_now);
end $$;

-- Incidents, actions and alerts whose ids begin so, p_limit of each at most: people type on phones. p_start: without the
-- kind, `3f9a21`. p_kinds: ["inc", "act", "alr"] or fewer; an incident is one thing, also to who acknowledges it.
-- p_tenant_id: of this tenant, or (null) of any. Result: [{id, tenantId}, …].
create function fuse.ids_like(p_start text, p_kinds jsonb, p_tenant_id text, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with found as (
    (select id, tenant_id from incidents
     where p_kinds ? 'inc' and starts_with(id, 'inc_' || p_start)
       and (p_tenant_id is null or tenant_id = p_tenant_id) limit p_limit)
    union all
    (select id, tenant_id from actions
     where p_kinds ? 'act' and starts_with(id, 'act_' || p_start)
       and (p_tenant_id is null or tenant_id = p_tenant_id) limit p_limit)
    union all
    (select id, tenant_id from alerts
     where p_kinds ? 'alr' and starts_with(id, 'alr_' || p_start)
       and (p_tenant_id is null or tenant_id = p_tenant_id) limit p_limit)
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'tenantId', tenant_id) order by id), '[]') from found
$$;

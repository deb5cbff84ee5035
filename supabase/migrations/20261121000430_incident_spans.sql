-- When one tenant had an incident since p_since; an open one lasts until now.
-- Result: [[opened, closed or null], …] in epoch ms.
create function fuse.incident_spans(p_tenant_id text, p_since timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_array(
    (extract(epoch from opened_at) * 1000)::bigint, (extract(epoch from closed_at) * 1000)::bigint)), '[]')
  from incidents
  where tenant_id = p_tenant_id and coalesce(closed_at, 'infinity') >= p_since
$$;

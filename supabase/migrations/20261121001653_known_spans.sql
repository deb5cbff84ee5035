-- What is known to have happened to one tenant and reaches into [p_from, p_to): openings of its breaker, what people said
-- of its snapshots, and its maintenance windows. What has no end yet lasts.
-- Result: {incidents: [{id, rule, from, to or null}, …], feedback: [{id, verdict, from, to}, …],
-- maintenance: [{id, from, to}, …]}, times in epoch ms, oldest first.
create function fuse.known_spans(p_tenant_id text, p_from timestamptz, p_to timestamptz) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'incidents', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'rule', rule, 'from', (extract(epoch from opened_at) * 1000)::bigint,
        'to', (extract(epoch from closed_at) * 1000)::bigint) order by opened_at, id), '[]')
      from incidents
      where tenant_id = p_tenant_id and opened_at < p_to and coalesce(closed_at, 'infinity') >= p_from),
    'feedback', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'verdict', verdict, 'from', (extract(epoch from from_at) * 1000)::bigint,
        'to', (extract(epoch from to_at) * 1000)::bigint) order by from_at, id), '[]')
      from feedback where tenant_id = p_tenant_id and from_at < p_to and to_at >= p_from),
    'maintenance', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'from', (extract(epoch from from_at) * 1000)::bigint,
        'to', (extract(epoch from to_at) * 1000)::bigint) order by from_at, id), '[]')
      from maintenance_windows where tenant_id = p_tenant_id and from_at < p_to and to_at >= p_from))
$$;

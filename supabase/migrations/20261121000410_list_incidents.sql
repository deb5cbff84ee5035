-- The newest incidents, newest first, of one tenant or (null) of all. Result: [incident_document, …].
create function fuse.list_incidents(p_tenant_id text, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with newest as (
    select id, opened_at from incidents where p_tenant_id is null or tenant_id = p_tenant_id
    order by opened_at desc limit p_limit
  )
  select coalesce(jsonb_agg(incident_document(id) order by opened_at desc), '[]') from newest
$$;

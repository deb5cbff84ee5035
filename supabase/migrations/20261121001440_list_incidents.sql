-- Incidents, newest first, of one tenant or (null) of all. p_after: those behind the incident of this id.
-- Result: [incident_document, …].
drop function fuse.list_incidents(text, integer);
-- A replica that was started before this migration does not say p_after.
create function fuse.list_incidents(p_tenant_id text, p_limit integer, p_after text default null) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  with page as (
    select id, opened_at from incidents
    where (p_tenant_id is null or tenant_id = p_tenant_id)
      and (p_after is null or (opened_at, id) < (select opened_at, id from incidents where id = p_after))
    order by opened_at desc, id desc limit p_limit
  )
  select coalesce(jsonb_agg(incident_document(id) order by opened_at desc, id desc), '[]') from page
$$;

-- The virtual keys of a tenant, valid or not, oldest first. p_after: the id of the last one of the page before.
-- Result: [document].
create function fuse.list_virtual_keys(p_tenant_id text, p_after text, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(document order by created_at, id), '[]')
  from (
    select created_at, id, virtual_key_document(k) as document from virtual_keys k
    where tenant_id = p_tenant_id and (p_after is null or (created_at, id) > (
      select l.created_at, l.id from virtual_keys l where l.id = p_after and l.tenant_id = p_tenant_id))
    order by created_at, id limit p_limit
  ) as page
$$;

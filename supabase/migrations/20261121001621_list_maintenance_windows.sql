-- Times of expected change that end after p_since, the earliest first. p_tenant_id, p_id: only of this one; null: of any.
-- Result: [maintenance_document].
create function fuse.list_maintenance_windows(
  p_tenant_id text, p_id text, p_since timestamptz, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(maintenance_document(w) order by w.from_at, w.id), '[]')
  from (
    select * from maintenance_windows
    where to_at > p_since and (p_tenant_id is null or tenant_id = p_tenant_id) and (p_id is null or id = p_id)
    order by from_at, id
    limit p_limit
  ) w
$$;

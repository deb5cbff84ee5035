-- What was said of a tenant's snapshots, newest first, also what has expired. p_id: only this one; null: all.
-- Result: [feedback_document].
create function fuse.list_feedback(p_tenant_id text, p_id text, p_limit integer) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(feedback_document(f) order by f.created_at desc, f.id), '[]')
  from (
    select * from feedback where tenant_id = p_tenant_id and (p_id is null or id = p_id)
    order by created_at desc, id
    limit p_limit
  ) f
$$;

-- One containment step as action_document; null when there is none of that id, or it is not this tenant's (p_tenant_id
-- null: any).
create function fuse.load_action(p_id text, p_tenant_id text) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select action_document(a) from actions a
  where a.id = p_id and (p_tenant_id is null or a.tenant_id = p_tenant_id)
$$;

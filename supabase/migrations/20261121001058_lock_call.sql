-- The queued call an operator's order is for, locked until the order is done. p_tenant_id: only if it is this tenant's
-- (null: any). Result: a row of nulls when there is no such call.
create function fuse.lock_call(p_id text, p_tenant_id text) returns fuse.queued_calls
language sql set search_path = fuse, extensions, pg_temp as $$
  select * from queued_calls where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id) for update
$$;

-- Removes a subscription and what was still on its way to it. p_tenant_id: only if it is this tenant's (null: any).
-- Result: {deleted}.
create function fuse.delete_webhook(p_id text, p_tenant_id text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
begin
  delete from webhooks where id = p_id and (p_tenant_id is null or tenant_id = p_tenant_id);
  if not found then
    return jsonb_build_object('deleted', false);
  end if;
  insert into audit_entries (at, actor, event, detail)
  values (p_now, p_actor, 'webhook.deleted', jsonb_build_object('id', p_id));

  return jsonb_build_object('deleted', true);
end $$;

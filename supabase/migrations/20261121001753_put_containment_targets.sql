-- Sets what the steps of a policy act on for a tenant, {name: id at a vendor, …}; null: nothing any more.
-- Result: {outcome}: created, replaced, unchanged, removed, unknown.
create function fuse.put_containment_targets(p_tenant_id text, p_targets jsonb, p_actor text, p_now timestamptz)
returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was jsonb;
  v_targets constant jsonb := nullif(p_targets, 'null');
begin
  perform pg_advisory_xact_lock(hashtextextended('fuse.containment_targets', 0));
  select targets into v_was from containment_targets where tenant_id = p_tenant_id;
  if v_was is not distinct from v_targets then
    return jsonb_build_object('outcome', case when v_was is null then 'unknown' else 'unchanged' end);
  end if;

  if v_targets is null then
    delete from containment_targets where tenant_id = p_tenant_id;
  else
    insert into containment_targets values (p_tenant_id, v_targets, p_now)
    on conflict (tenant_id) do update set targets = excluded.targets, changed_at = excluded.changed_at;
  end if;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, case when v_targets is null then 'targets.deleted' else 'targets.changed' end, p_tenant_id,
          jsonb_build_object('targets', v_targets, 'was', v_was));

  return jsonb_build_object('outcome', case
    when v_targets is null then 'removed' when v_was is null then 'created' else 'replaced' end);
end $$;

-- Sets what is done about the incidents of a tenant, or ('') of everybody without a policy of their own; p_policy null:
-- no longer. Result: {outcome}: created, replaced, unchanged, removed, unknown.
create function fuse.put_containment_policy(p_tenant_id text, p_policy jsonb, p_actor text, p_now timestamptz)
returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_was jsonb;
  v_policy constant jsonb := nullif(p_policy, 'null');
begin
  perform pg_advisory_xact_lock(hashtextextended('fuse.containment_policies', 0));
  select policy into v_was from containment_policies where tenant_id = p_tenant_id;
  if v_was is not distinct from v_policy then
    return jsonb_build_object('outcome', case when v_was is null then 'unknown' else 'unchanged' end);
  end if;

  if v_policy is null then
    delete from containment_policies where tenant_id = p_tenant_id;
  else
    insert into containment_policies values (p_tenant_id, v_policy, p_now)
    on conflict (tenant_id) do update set policy = excluded.policy, changed_at = excluded.changed_at;
  end if;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, case when v_policy is null then 'policy.deleted' else 'policy.changed' end,
          nullif(p_tenant_id, ''), jsonb_build_object('policy', v_policy, 'was', v_was));

  return jsonb_build_object('outcome', case
    when v_policy is null then 'removed' when v_was is null then 'created' else 'replaced' end);
end $$;

-- Adds the planned steps of an incident within the caller's transaction, and hands out those that wait for nobody.
-- p_actions: [PlannedAction, …]. The block of the breaker is done in the same transaction, so it is done. Steps of the
-- service itself are handed out to nobody: it looks for them. One that exists is left alone, unless it was undone or is
-- being undone: then it is asked for again. Result: ids of the steps added or asked for again.
create function fuse.add_actions(p_actions jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_one jsonb;
  v_id text;
  v_added jsonb := '[]';
  v_block boolean;
  v_requested boolean;
  v_for_others boolean;
begin
  for v_one in select * from jsonb_array_elements(coalesce(p_actions, '[]')) loop
    v_block := v_one->>'vendor' = 'llm-fuse' and v_one->>'action' = 'block';
    v_requested := v_one->>'state' = 'requested' and not v_block;
    v_for_others := v_requested and v_one->>'vendor' <> 'llm-fuse';
    insert into actions as a (
      id, incident_id, tenant_id, action, vendor, target_id, position, reversible, settings, direction, sequence,
      state, outcome, attempt, due_at, created_at, requested_at, applied_at, reported_at, ends_at)
    values (
      v_one->>'id', v_one->>'incidentId', v_one->>'tenantId', v_one->>'action', v_one->>'vendor', v_one->>'targetId',
      (v_one->>'position')::integer, (v_one->>'reversible')::boolean, v_one->'settings', 'apply', 1,
      case when v_block then 'done' else v_one->>'state' end, case when v_block then 'applied' end,
      (v_block or v_for_others)::integer,
      case when v_requested then p_now + v_for_others::integer * interval '2 minutes' end, p_now,
      case when v_block or v_requested then p_now end, case when v_block then p_now end,
      case when v_block then p_now end,
      case when v_block then p_now + duration_of(v_one->'settings') end)
    on conflict (incident_id, action, vendor, target_id) do update
    set direction = 'apply', sequence = a.sequence + 1, settings = excluded.settings, position = excluded.position,
        state = excluded.state, outcome = excluded.outcome, detail = null, restore = null,
        attempts_before = a.attempt, attempt = a.attempt + excluded.attempt, due_at = excluded.due_at,
        claimed_until = null, was_claimed = false, decided_by = null, requested_at = excluded.requested_at,
        applied_at = excluded.applied_at, verified_at = null, reported_at = excluded.reported_at,
        ends_at = excluded.ends_at, revision = a.revision + 1
    where a.direction = 'undo'
    returning a.id into v_id;
    continue when v_id is null;

    v_added := v_added || to_jsonb(v_id);
    insert into audit_entries (at, actor, event, tenant_id, incident_id, subject_id, detail)
    values (p_now, 'policy', 'action.' || case when v_block then 'applied' else v_one->>'state' end,
            v_one->>'tenantId', v_one->>'incidentId', v_id, v_one - '{id,incidentId,tenantId,state,position}'::text[]);
    if v_for_others then
      perform request_action(v_id, p_now);
    end if;
    v_id := null;
  end loop;

  return v_added;
end $$;

-- How long a step lasts by its settings, {"duration": "1h"}; null: until somebody undoes it.
create function fuse.duration_of(p_settings jsonb) returns interval
language sql immutable parallel safe set search_path = fuse, extensions, pg_temp as $$
  select case when p_settings->>'duration' ~ '^[1-9][0-9]{0,5}[smhd]$' then (p_settings->>'duration')::interval end
$$;

-- Records lines of a vendor, each once by (source, id); of a line that is known the row is replaced, unless what is given
-- is older: an estimate is older than what the vendor charged, and otherwise the version says so where both have one.
-- p_lines: [{event: row of usage_events, version: timestamptz or null, dated: false: the line does not say when}].
-- p_actor: the service key that sent them. p_run: names the request; what it changed is due to be counted (counts_due).
-- Result: in the order given [{outcome: added, corrected, unchanged or otherTenant, costMicroCents, estimated}], as recorded
-- now; of a line of another tenant both are null. An added one says with `refunds` whether its tenant ever got some back.
create or replace function fuse.put_vendor_lines(p_lines jsonb, p_run text, p_actor text, p_now timestamptz) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_line record;
  v_new usage_events;
  v_known usage_events;
  v_at timestamptz;
  v_outcome text;
  v_results jsonb[];
  -- By tenant: whether it ever got some back. Looked up once, for that is a look into every day.
  v_refunds jsonb := '{}';
begin
  -- Locked in the order of their ids: two callers at once wait for each other in one direction only.
  for v_line in
    select n, (line->>'version')::timestamptz as version, (line->>'dated')::boolean as dated, line->'event' as event
    from jsonb_array_elements(p_lines) with ordinality as given(line, n)
    order by line->'event'->>'source' collate "C", line->'event'->>'id' collate "C", n
  loop
    v_new := jsonb_populate_record(null::usage_events, v_line.event);
    v_new.vendor_version := v_line.version;
    v_new.reservation_id := null;
    insert into usage_keys (source, id, occurred_at) values (v_new.source, v_new.id, v_new.occurred_at)
    on conflict (source, id) do nothing;
    if found then
      insert into usage_events select v_new.*;
      if v_new.cost_micro_cents < 0 then
        v_refunds := v_refunds || jsonb_build_object(v_new.tenant_id, true);
      elsif not v_refunds ? v_new.tenant_id then
        v_refunds := v_refunds || jsonb_build_object(v_new.tenant_id, exists (
          select from usage_events where tenant_id = v_new.tenant_id and cost_micro_cents < 0));
      end if;
      v_results[v_line.n] := jsonb_build_object(
        'outcome', 'added', 'costMicroCents', v_new.cost_micro_cents, 'estimated', v_new.estimated,
        'refunds', v_refunds->v_new.tenant_id);
      continue;
    end if;

    -- Its key is what is locked: a correction may move the event to another day.
    select occurred_at into strict v_at from usage_keys where source = v_new.source and id = v_new.id for update;
    select * into v_known from usage_events where occurred_at = v_at and source = v_new.source and id = v_new.id;
    if not found then
      -- Its day is being dropped.
      v_results[v_line.n] := jsonb_build_object(
        'outcome', 'unchanged', 'costMicroCents', v_new.cost_micro_cents, 'estimated', v_new.estimated);
      continue;
    end if;
    if v_known.tenant_id <> v_new.tenant_id then
      v_results[v_line.n] := '{"outcome": "otherTenant", "costMicroCents": null, "estimated": null}';
      continue;
    end if;
    if not v_line.dated then v_new.occurred_at := v_known.occurred_at; end if;
    v_outcome := case
      when v_new.estimated and not v_known.estimated then 'unchanged'
      when v_new.estimated = v_known.estimated and v_new.vendor_version < v_known.vendor_version then 'unchanged'
      when (v_new.cost_micro_cents, v_new.estimated, v_new.occurred_at, v_new.model, v_new.key_id, v_new.other_units)
        is distinct from (v_known.cost_micro_cents, v_known.estimated, v_known.occurred_at, v_known.model, v_known.key_id,
          v_known.other_units) then 'corrected'
      else 'sameAsBefore'
    end;
    if v_outcome = 'corrected' then
      update usage_events
      set occurred_at = v_new.occurred_at, model = v_new.model, endpoint = v_new.endpoint, key_id = v_new.key_id,
        request_id = v_new.request_id, context_tokens = v_new.context_tokens, estimated = v_new.estimated,
        cost_micro_cents = v_new.cost_micro_cents, cost_source = v_new.cost_source, line_items = v_new.line_items,
        other_units = v_new.other_units, vendor_version = coalesce(v_new.vendor_version, v_known.vendor_version)
      where occurred_at = v_at and source = v_new.source and id = v_new.id;
      update usage_keys set occurred_at = v_new.occurred_at
      where source = v_new.source and id = v_new.id and occurred_at <> v_new.occurred_at;
      insert into usage_corrections (source, id, tenant_id, at, actor, previous_micro_cents, new_micro_cents)
      values (v_new.source, v_new.id, v_new.tenant_id, p_now, p_actor, v_known.cost_micro_cents, v_new.cost_micro_cents);
    elsif v_outcome = 'sameAsBefore' and v_new.vendor_version > v_known.vendor_version then
      -- What lies between the two versions is older, too.
      update usage_events set vendor_version = v_new.vendor_version
      where occurred_at = v_at and source = v_new.source and id = v_new.id;
    end if;
    v_results[v_line.n] := jsonb_build_object(
      'outcome', case v_outcome when 'corrected' then v_outcome else 'unchanged' end,
      'costMicroCents', case v_outcome when 'unchanged' then v_known.cost_micro_cents else v_new.cost_micro_cents end,
      'estimated', case v_outcome when 'unchanged' then v_known.estimated else v_new.estimated end);
  end loop;

  insert into tenants (tenant_id, first_at, last_at)
  select line->'event'->>'tenant_id', min((line->'event'->>'occurred_at')::timestamptz),
    max((line->'event'->>'occurred_at')::timestamptz)
  from jsonb_array_elements(p_lines) with ordinality as given(line, n)
  where v_results[n]->>'outcome' in ('added', 'corrected')
  group by 1 order by 1
  on conflict (tenant_id) do update
  set first_at = least(tenants.first_at, excluded.first_at), last_at = greatest(tenants.last_at, excluded.last_at);

  insert into counts_due (run, tenant_id, at)
  select distinct p_run, line->'event'->>'tenant_id', p_now
  from jsonb_array_elements(p_lines) with ordinality as given(line, n)
  where v_results[n]->>'outcome' in ('added', 'corrected');

  return coalesce(to_jsonb(v_results), '[]');
end $$;

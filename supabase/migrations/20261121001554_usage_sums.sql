-- What was used, summed up by slice for each of the given counters: what a counter store that lost them is seeded with.
-- p_tenant_id: null sums over all tenants.
-- p_counters: [{id, scope, subject, unit, since, sliceMs}], since in epoch ms; sliceMs null: one slice that starts there.
-- Subjects are as core/limits.ts writes them, models without the date of their snapshot (core/modelName.ts). One that
-- ends in * is a family of models: 4.x* is every 4.
-- Result: [{id, slices: [{start, amount}]}], start in epoch ms; a counter without use is left out.
create or replace function fuse.usage_sums(p_tenant_id text, p_counters jsonb) returns jsonb
language plpgsql stable set search_path = fuse, extensions, pg_temp
-- Planned for the given tenant and time: a plan for any of them reads everybody's events.
set plan_cache_mode = force_custom_plan as $$
declare
  v_since timestamptz := (
    select to_timestamp(min(since) / 1000.0) from jsonb_to_recordset(p_counters) as c(since bigint));
begin
  return (
  with wanted as (
    select id, scope, subject, unit, since, "sliceMs" as slice_ms
    from jsonb_to_recordset(p_counters) as c(id text, scope text, subject text, unit text, since bigint, "sliceMs" bigint)
  ), used as (
    select e.*, (extract(epoch from occurred_at) * 1000)::bigint as at,
      input_uncached + cache_read + cache_write_5m + cache_write_1h + input_audio as input_tokens,
      output + output_audio as output_tokens,
      replace(replace(provider, '%', '%25'), '/', '%2F') || '/' || regexp_replace(
        lower(btrim(model)), '(-20\d\d-\d\d-\d\d|-20\d{6}|@[a-z0-9-]+|-latest)$', '') as model_subject,
      case when coalesce(workflow_id, '') || coalesce(node_name, '') = '' then ''
        else replace(replace(coalesce(workflow_id, ''), '%', '%25'), '/', '%2F') || '/' || coalesce(node_name, '')
      end as node_subject
    from usage_events e
    where occurred_at >= v_since and (p_tenant_id is null or tenant_id = p_tenant_id)
  ), slices as (
    select w.id,
      case when w.slice_ms is null then w.since else u.at / w.slice_ms * w.slice_ms end as start,
      -- Counts begin at 0 and end at 2^53 - 1, as in the counter store: refunds can be more than what was charged.
      greatest(0, least(9007199254740991, sum(case w.unit
        when 'requests' then 1
        when 'tokens' then u.input_tokens + u.output_tokens
        when 'inputTokens' then u.input_tokens
        when 'uncachedInputTokens' then u.input_tokens - u.cache_read
        when 'outputTokens' then u.output_tokens
        when 'microCents' then u.cost_micro_cents
      end)))::bigint as amount
    from wanted w join used u on u.at >= w.since and case w.scope
      when 'source' then u.source = w.subject
      when 'workflow' then coalesce(u.workflow_id, '') = w.subject
      when 'node' then u.node_subject = w.subject
      when 'provider' then u.provider = w.subject
      when 'model' then case
        when w.subject like '%.x*' then starts_with(u.model_subject, left(w.subject, -3))
        when w.subject like '%*' then u.model_subject = left(w.subject, -1)
        else u.model_subject = w.subject
      end
      when 'key' then coalesce(u.key_id, '') = w.subject
      else true
    end
    group by 1, 2
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'slices', slices)), '[]')
  from (
    select id, jsonb_agg(jsonb_build_object('start', start, 'amount', amount)) as slices from slices group by id
  ) by_counter
  );
end $$;

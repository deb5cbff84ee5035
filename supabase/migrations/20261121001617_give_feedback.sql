-- Keeps what somebody says of a tenant's snapshot: `fine` or `incident`. p_opened_at: of the alert that opened then, with all
-- its flagged minutes; or else p_at: of the stored snapshot nearest to it, at most five minutes away.
-- An alert's minutes follow each other within an hour, as alerts close; of more than 120 every second, third, … is kept.
-- Result: {outcome}: noAlert, noSnapshot, tooMany (100 of the tenant are in force); or {outcome: given, feedback}.
create function fuse.give_feedback(
  p_tenant_id text, p_at timestamptz, p_opened_at timestamptz, p_verdict text, p_note text, p_expires_at timestamptz,
  p_actor text, p_now timestamptz
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_minute timestamptz := date_trunc('minute', coalesce(p_opened_at, p_at));
  v_judged timestamptz[];
  v_strongest snapshots;
  v_given feedback;
begin
  -- One at a time for each tenant, so that they are counted.
  perform pg_advisory_xact_lock(hashtextextended('fuse.feedback ' || p_tenant_id, 0));
  if (select count(*) >= 100 from feedback where tenant_id = p_tenant_id and expires_at > p_now) then
    return jsonb_build_object('outcome', 'tooMany');
  end if;

  if p_opened_at is not null then
    if not exists (select from alerts where tenant_id = p_tenant_id and opened_at = p_opened_at) then
      return jsonb_build_object('outcome', 'noAlert');
    end if;
    select array_agg(at order by at) into v_judged from (
      select at, max(gap) over (order by at) as widest_gap from (
        select at, at - lag(at, 1, v_minute) over (order by at) as gap from snapshots
        where tenant_id = p_tenant_id and at >= v_minute and at < v_minute + interval '1 day' and strength > 1
      ) flagged
    ) walked
    where widest_gap <= interval '1 hour';
  end if;
  if v_judged is null then
    select array[at] into v_judged from snapshots
    where tenant_id = p_tenant_id and at between v_minute - interval '5 minutes' and v_minute + interval '5 minutes'
    order by abs(extract(epoch from at - v_minute)), at
    limit 1;
  end if;
  select * into v_strongest from snapshots
  where tenant_id = p_tenant_id and at = any (v_judged) order by strength desc limit 1;
  if not found then
    return jsonb_build_object('outcome', 'noSnapshot');
  end if;

  insert into feedback (tenant_id, verdict, from_at, to_at, space, v, strength, note, created_by, created_at, expires_at)
  values (p_tenant_id, p_verdict, v_judged[1], v_judged[cardinality(v_judged)], v_strongest.space, v_strongest.v,
    v_strongest.strength, p_note, p_actor, p_now, p_expires_at)
  returning * into v_given;
  insert into judged_snapshots (feedback_id, at, baseline_version, raw, v, strength)
  select v_given.id, s.at, s.baseline_version, s.raw, s.v, s.strength
  from unnest(v_judged) with ordinality j (at, place)
  join snapshots s on s.tenant_id = p_tenant_id and s.at = j.at and s.space = v_given.space
  where j.at = v_strongest.at or (j.place - 1) % ceil(cardinality(v_judged) / 120.0) = 0;
  insert into audit_entries (at, actor, event, tenant_id, detail)
  values (p_now, p_actor, 'feedback.given', p_tenant_id, feedback_document(v_given));

  return jsonb_build_object('outcome', 'given', 'feedback', feedback_document(v_given));
end $$;

-- A feedback as it is answered and audited: without its vector.
create function fuse.feedback_document(p_feedback fuse.feedback) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'id', p_feedback.id, 'tenantId', p_feedback.tenant_id, 'verdict', p_feedback.verdict,
    'fromAt', p_feedback.from_at, 'toAt', p_feedback.to_at, 'strength', p_feedback.strength, 'space', p_feedback.space,
    'note', p_feedback.note, 'createdBy', p_feedback.created_by, 'createdAt', p_feedback.created_at,
    'expiresAt', p_feedback.expires_at)
$$;

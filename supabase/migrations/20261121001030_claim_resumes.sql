-- Takes up to p_limit decided calls that are due to be told, for p_lease_ms, the longest due first; no other worker gets
-- them meanwhile, and a crash gives them back.
-- Result: [{id, tenantId, keyId, resumeUrl, outcome, answer, ttlMs, generation, mayHold, reservationId, deadlineAt,
-- decidedAt, attempts, mayHaveArrived}], times in epoch ms; attempts includes this one, mayHaveArrived does not.
create function fuse.claim_resumes(p_worker text, p_now timestamptz, p_lease_ms integer, p_limit integer) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with due as (
    select id, may_have_arrived from queued_calls
    where state = 'releasing' and next_try_at <= p_now
    order by next_try_at, rank_at limit p_limit
    for update skip locked
  ), claimed as (
    update queued_calls q
    set attempts = attempts + 1, claimed_by = p_worker, may_have_arrived = true,
        next_try_at = p_now + make_interval(secs => p_lease_ms / 1000.0)
    from due where q.id = due.id
    returning q.*, due.may_have_arrived as may_have_arrived_before
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'tenantId', tenant_id, 'keyId', key_id, 'resumeUrl', resume_url, 'outcome', outcome, 'answer', answer,
    'ttlMs', ask->'ttlMs', 'generation', generation, 'mayHold', may_hold, 'reservationId', reservation_id,
    'deadlineAt', (extract(epoch from deadline_at) * 1000)::bigint,
    'decidedAt', (extract(epoch from decided_at) * 1000)::bigint,
    'attempts', attempts, 'mayHaveArrived', may_have_arrived_before) order by rank_at, id), '[]')
  from claimed
$$;

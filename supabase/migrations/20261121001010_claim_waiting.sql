-- Takes up to p_limit waiting calls that may be tried now, by rank, for p_lease_ms. A crash gives them back.
-- One scheduler at a time has any: while another one decides about earlier calls nobody may give their room to later ones,
-- so the order holds over all replicas. Whoever comes second gets none and is back in a moment. When p_backlog_max decided
-- calls wait for their first delivery there is no use in deciding more.
-- Result: {calls: [{id, tenantId, lane, ask, parkedAt, rankAt, generation, mayHold, blockedBy, tries}],
-- blocks: [{counterId, rankAt}], isFull}: by rank, times in epoch ms; tries includes this one; the blocks in force.
create function fuse.claim_waiting(
  p_worker text, p_now timestamptz, p_lease_ms integer, p_limit integer, p_backlog_max integer
) returns jsonb
language plpgsql set search_path = fuse, extensions, pg_temp as $$
declare
  v_calls jsonb;
  v_blocks jsonb;
  v_room integer;
  v_is_free boolean;
begin
  v_is_free := pg_try_advisory_xact_lock(hashtextextended('fuse.claim_waiting', 0));
  -- A statement of its own: it sees what whoever had the lock before has committed.
  v_is_free := v_is_free and not exists (
    select from queued_calls where state = 'waiting' and claimed_until > p_now and claimed_by <> p_worker);
  if not v_is_free then
    return jsonb_build_object('calls', jsonb_build_array(), 'blocks', jsonb_build_array(), 'isFull', false);
  end if;
  select p_backlog_max - count(*) into v_room from (
    select from queued_calls where state = 'releasing' and attempts = 0 limit p_backlog_max
  ) as undelivered;

  with due as (
    select id from queued_calls q
    where state = 'waiting' and next_try_at <= p_now and deadline_at > p_now
      and (claimed_until is null or claimed_until <= p_now)
      -- One that may hold something already has to be looked at in any case.
      and (may_hold or not exists (
        select from queue_blocks b
        -- A call refused for another reason than a counter stands for all of its tenant.
        where b.counter_id = any (q.blocked_by || ('any|' || q.tenant_id)) and b.rank_at <= q.rank_at and b.until > p_now))
    order by rank_at, id limit least(p_limit, v_room)
    for update skip locked
  ), before as (
    select q.id, q.may_hold from queued_calls q join due using (id)
  ), claimed as (
    update queued_calls q
    set claimed_by = p_worker, claimed_until = p_now + make_interval(secs => p_lease_ms / 1000.0),
        tries = tries + 1, may_hold = true
    from before where q.id = before.id
    returning q.*, before.may_hold as may_have_held
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'tenantId', tenant_id, 'lane', lane, 'ask', ask,
    'parkedAt', (extract(epoch from parked_at) * 1000)::bigint,
    'rankAt', (extract(epoch from rank_at) * 1000)::bigint,
    'generation', generation, 'mayHold', may_have_held, 'blockedBy', to_jsonb(blocked_by), 'tries', tries
  ) order by rank_at, id), '[]') into v_calls from claimed;
  select coalesce(jsonb_agg(jsonb_build_object(
    'counterId', counter_id, 'rankAt', (extract(epoch from rank_at) * 1000)::bigint)), '[]')
  into v_blocks from queue_blocks where until > p_now;

  return jsonb_build_object('calls', v_calls, 'blocks', v_blocks, 'isFull', v_room <= 0);
end $$;

-- Calls that were over a limit and wait for room, until they were told their answer.

-- One parked call. `ask` is what to reserve (QueuedAsk of core/queuedCall.ts), never a prompt. Times that decide are given
-- by the service. States:
--   waiting    no answer yet. A scheduler that tries it has claimed it until claimed_until.
--   releasing  outcome and answer are decided for good; a resumer has to call the resume URL.
--   done       the receiver has its answer. The resume URL is forgotten.
--   dead       the receiver could not be told in time: a dead letter.
create table fuse.queued_calls (
  id text primary key,
  tenant_id text not null,
  lane text not null check (lane in ('interactive', 'standard', 'bulk')),
  ask jsonb not null,
  -- Resumes an execution for whoever has it: read by claim_resumes only.
  resume_url text,
  -- Its form for people, without what resumes.
  shown_url text not null,
  -- The service key that parked it; what it is told is signed with that key's secret.
  key_id text not null,
  parked_at timestamptz not null,
  -- Earliest first: when it was parked and the head start its lane gives to others.
  rank_at timestamptz not null,
  deadline_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'releasing', 'done', 'dead')),
  outcome text check (outcome in ('allowed', 'rejected', 'cancelled', 'drained')),
  answer jsonb,
  -- Set when allowed.
  reservation_id text,
  -- Counts the holds that ended before the call heard of them: each try after that is for a new reservation.
  generation integer not null default 1,
  -- A hold of this generation may exist: one is, or a try was cut off before it was known.
  may_hold boolean not null default false,
  -- Counters that had no room when it was last tried.
  blocked_by text[] not null default '{}',
  next_try_at timestamptz not null,
  -- Times it was claimed: waiting to be tried, and releasing to be delivered.
  tries integer not null default 0,
  attempts integer not null default 0,
  -- The receiver may know the answer already: an attempt was begun and its end is not known.
  may_have_arrived boolean not null default false,
  last_error text,
  claimed_by text,
  claimed_until timestamptz,
  decided_at timestamptz,
  finished_at timestamptz,
  check ((state = 'waiting') = (outcome is null) and (outcome is null) = (answer is null)),
  check (state = 'done' or resume_url is not null)
);
create index queued_calls_waiting on fuse.queued_calls (rank_at, id) where state = 'waiting';
create index queued_calls_claimed on fuse.queued_calls (claimed_until)
  where state = 'waiting' and claimed_until is not null;
create index queued_calls_expiring on fuse.queued_calls (deadline_at) where state = 'waiting';
create index queued_calls_releasing on fuse.queued_calls (next_try_at, rank_at) where state = 'releasing';
create index queued_calls_dead on fuse.queued_calls (rank_at, id) where state = 'dead';
create index queued_calls_finished on fuse.queued_calls (finished_at) where finished_at is not null;
create index queued_calls_by_rank on fuse.queued_calls (rank_at, id);
create index queued_calls_of_tenant on fuse.queued_calls (tenant_id, rank_at, id);

-- Counters known to have no room for the waiting call of this rank. Until then no call that ranks behind it is tried on
-- them: a full limit costs one try for each of its counters, and nobody takes the room an earlier call waits for.
create table fuse.queue_blocks (
  counter_id text primary key,
  rank_at timestamptz not null,
  until timestamptz not null
);
create index queue_blocks_by_end on fuse.queue_blocks (until);

-- A call as the API shows it.
create function fuse.queued_call_document(p_call fuse.queued_calls) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'queueId', p_call.id, 'tenantId', p_call.tenant_id, 'lane', p_call.lane, 'state', p_call.state,
    'outcome', p_call.outcome, 'answer', p_call.answer, 'reservationId', p_call.reservation_id,
    'resumeUrl', p_call.shown_url, 'keyId', p_call.key_id, 'parkedAt', p_call.parked_at,
    'rankAt', p_call.rank_at, 'deadlineAt', p_call.deadline_at, 'nextTryAt', p_call.next_try_at,
    'blockedBy', to_jsonb(p_call.blocked_by), 'tries', p_call.tries, 'attempts', p_call.attempts,
    'lastError', p_call.last_error, 'decidedAt', p_call.decided_at, 'finishedAt', p_call.finished_at)
$$;

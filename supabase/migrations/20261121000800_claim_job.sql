-- Background work that one replica at a time does: who does it, and until when nobody else may.
create table fuse.jobs (
  name text primary key,
  holder text not null,
  lease_until timestamptz not null,
  last_started_at timestamptz not null
);

-- Takes a job for p_lease_ms when nobody has it, its lease ran out, or p_holder has it already (which renews it).
-- Of several replicas asking at once one gets it; one that is gone loses it with its lease.
-- p_name: the job; p_holder: the replica, unique to its process. Result: {claimed}.
create function fuse.claim_job(p_name text, p_holder text, p_now timestamptz, p_lease_ms integer) returns jsonb
language sql set search_path = fuse, extensions, pg_temp as $$
  with claimed as (
    insert into jobs as j (name, holder, lease_until, last_started_at)
    values (p_name, p_holder, p_now + make_interval(secs => p_lease_ms / 1000.0), p_now)
    on conflict (name) do update
    set holder = excluded.holder, lease_until = excluded.lease_until, last_started_at = excluded.last_started_at
    where j.lease_until <= p_now or j.holder = p_holder
    returning 1
  )
  select jsonb_build_object('claimed', exists (select from claimed))
$$;

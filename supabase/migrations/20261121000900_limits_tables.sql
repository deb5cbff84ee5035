-- Limits set over the API, and what an operator says of a tenant.

-- Every change of the tables below takes the next number while it holds this row, so numbers are committed in order and
-- a replica that has seen n misses nothing by asking for what is later than n.
create table fuse.limit_revision (
  is_only_row boolean primary key default true check (is_only_row),
  revision bigint not null
);
insert into fuse.limit_revision (revision) values (0);

-- What a limit counts, for whom and in which mode: everything but how much of it and what follows.
create function fuse.limit_rule(p_limit jsonb) returns text
language sql immutable parallel safe set search_path = fuse, extensions, pg_temp as $$
  select md5((p_limit - '{id,capacity,whenOver,whenStoreDown}'::text[])::text)
$$;

create table fuse.limits (
  id text primary key,
  -- Limit of core/limits.ts. null: deleted; the row stays, so that every replica hears of it.
  document jsonb,
  -- Two limits with one rule would contradict each other.
  rule text generated always as (fuse.limit_rule(document)) stored unique,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint document_is_a_limit check (document is null or (
    document->>'id' = id
    and document->>'scope' in ('global', 'tenant', 'source', 'workflow', 'node', 'provider', 'model', 'key')
    and jsonb_typeof(document->'subject') in ('string', 'null')
    and document->>'unit' in ('requests', 'tokens', 'inputTokens', 'uncachedInputTokens',
      'outputTokens', 'microCents', 'concurrency')
    and jsonb_typeof(document->'window') = case document->>'unit' when 'concurrency' then 'null' else 'object' end
    and jsonb_typeof(document->'capacity') = 'number'
    and (document->>'capacity')::numeric between 0 and 9007199254740991
    and (document->>'capacity')::numeric % 1 = 0
    and document#>>'{audience,kind}' in ('all', 'plan', 'tenant')
    and jsonb_typeof(document->'shared') = 'boolean'
    and document->>'mode' in ('enforce', 'shadow')
    and document->>'whenOver' in ('queue', 'reject')
    and document->>'whenStoreDown' in ('closed', 'open')
  ) is true)
);
create index limits_by_revision on fuse.limits (revision);

-- A plan is a name that limits and tenants share, nothing more.
create table fuse.tenant_settings (
  tenant_id text primary key,
  plan text,
  revision bigint not null,
  updated_at timestamptz not null
);
create index tenant_settings_by_revision on fuse.tenant_settings (revision);

-- What models cost: the list that ships with the service (source `seed`) and what operators set (source `operator`), which
-- goes first. Rates are bigint micro-cents (10^-8 USD) per million units.

-- Every change of the tables below raises the revision while it holds this row.
create table fuse.price_lists (
  source text primary key default 'seed' check (source = 'seed'),
  -- Of the list that was taken last; null: none was.
  version text,
  as_of date,
  -- Of the list as it was given, so that a replica knows whether it is the one it has in a file.
  hash text,
  revision bigint not null
);
insert into fuse.price_lists (revision) values (0);

create table fuse.price_models (
  source text not null check (source in ('seed', 'operator')),
  provider text not null,
  model text not null,
  -- The names priced as this model: a regular expression on the lower-cased name.
  pattern text not null,
  -- What an operator wrote: the pattern is made of the model and these names.
  also_named jsonb not null default '[]',
  is_prefix boolean not null default false,
  context_tokens bigint,
  source_version text,
  -- Of several models that fit a name the first is the one.
  position integer not null,
  -- false: gone from the list, or deleted; kept for its rates.
  is_listed boolean not null default true,
  primary key (source, provider, model)
);

-- A rate that is no longer used is kept: line items of old events name it. Nothing is looked up by model while calls are
-- priced, and 10,000 rows are written by the first start: no foreign key and no index beyond the one of the ids.
create table fuse.price_rates (
  id text primary key,
  source text not null check (source in ('seed', 'operator')),
  provider text not null,
  model text not null,
  unit text not null,
  rate bigint not null check (rate >= 0),
  min_input_tokens bigint not null,
  service_tier text not null,
  -- Minutes of the UTC day, the end not within; null: all day.
  tod_start smallint,
  tod_end smallint,
  valid_from timestamptz,
  valid_to timestamptz,
  -- The last list it was in; null for an operator's.
  source_version text,
  state text not null check (state in ('active', 'held', 'retired')),
  -- Of a held one: the rate that stays in use for it.
  replaces text,
  -- Held once and turned down: it is not held again while the list says the same.
  is_rejected boolean not null default false,
  created_at timestamptz not null
);

-- What tokens without a price are taken to cost, and whether calls of models without a price are refused. `*`: every
-- provider. null: as for every provider, and there as configured.
create table fuse.price_ceilings (
  provider text primary key,
  input bigint check (input > 0),
  output bigint check (output > 0),
  unknown_price text check (unknown_price in ('ceiling', 'refuse'))
);

-- A rate as the service reads it.
create function fuse.rate_document(p_rate fuse.price_rates) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'id', p_rate.id, 'unit', p_rate.unit, 'rate', p_rate.rate,
    'minInputTokens', p_rate.min_input_tokens, 'serviceTier', p_rate.service_tier,
    'timeOfDay', case when p_rate.tod_start is not null
      then jsonb_build_array(p_rate.tod_start, p_rate.tod_end) end,
    'validFrom', to_char(p_rate.valid_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'validTo', to_char(p_rate.valid_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
$$;

-- A model with these rates of it as the service reads it.
create function fuse.price_document(p_model fuse.price_models, p_rates jsonb) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select jsonb_build_object(
    'source', p_model.source, 'provider', p_model.provider, 'model', p_model.model,
    'pattern', p_model.pattern, 'alsoNamed', p_model.also_named, 'isPrefix', p_model.is_prefix,
    'contextTokens', p_model.context_tokens, 'sourceVersion', p_model.source_version,
    'rates', coalesce(p_rates, '[]'))
$$;

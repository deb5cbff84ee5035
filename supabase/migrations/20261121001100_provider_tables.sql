-- What operators set for a provider. No row means: no tier, and nothing of the provider's is enforced.
-- `overrides`: [{family or null, unit, window, capacity}].
create table fuse.provider_settings (
  provider text primary key,
  tier text not null,
  overrides jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null
);

-- What a provider's own headers last said of one family of models.
-- `limits`: [{unit, window, limit, remaining, resetsAt, seenAt}], times in epoch ms, null where nothing was said.
create table fuse.provider_observations (
  provider text not null,
  family text not null,
  limits jsonb not null,
  throttled_until timestamptz,
  seen_at timestamptz not null,
  primary key (provider, family)
);

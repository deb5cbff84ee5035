-- A page of the audit in the order of its chain: the first p_limit entries after position p_after up to p_until that
-- fuse.audit_span tells of with the same filter.
-- Result: [{position, hash, previousHash, at, actor, action, tenantId, incidentId, subjectId, text}]: hashes in hex, `text`
-- the canonical text that the hash is of, with everything in it.
create function fuse.export_audit(
  p_tenant_id text, p_from timestamptz, p_to timestamptz, p_after bigint, p_until bigint, p_limit integer
) returns jsonb
language sql stable set search_path = fuse, extensions, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'position', position, 'hash', encode(hash, 'hex'),
    'previousHash', coalesce((
      select encode(p.hash, 'hex') from audit_chain p where p.position = page.position - 1), repeat('0', 64)),
    'at', at, 'actor', actor, 'action', event, 'tenantId', tenant_id, 'incidentId', incident_id,
    'subjectId', subject_id, 'text', text) order by position), '[]')
  from (
    select c.position, c.hash, e.at, e.actor, e.event, e.tenant_id, e.incident_id, e.subject_id, audit_text(e) as text
    from audit_chain c join audit_entries e using (sequence)
    where c.position > p_after and c.position <= p_until and (p_tenant_id is null or e.tenant_id = p_tenant_id)
      and (p_from is null or e.at >= p_from) and (p_to is null or e.at < p_to)
    order by c.position limit p_limit
  ) as page
$$;

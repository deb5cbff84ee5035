import { utcDay } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';

/** A past incident that something is like. Of another tenant's nobody is told whose it was. */
export type AlikeIncident = {
	incidentId: string | null;
	tenantId: string | null;
	rule: string;
	/** The instant, or the day (UTC) alone of another tenant's. */
	openedAt: string;
	/** Cosine of what moved: 1 is the same mixture of features. */
	similarity: number;
};

/** Mixtures further apart share some features, as most incidents do. */
const ALIKE_FROM = 0.8;
const MOST_ALIKE = 3;

/**
 * The confirmed incidents, of all tenants, in which the same features moved: as in the incident `id`, or in what a tenant
 * does at `at`. `visibleTo`: the tenant whose incidents may be named; null: all.
 */
export async function alikeIncidents(
	database: Database,
	{
		of,
		visibleTo,
	}: {
		of: { id: string } | { tenantId: string; at: number };
		visibleTo: string | null;
	},
): Promise<AlikeIncident[]> {
	const asked =
		'id' in of
			? { id: of.id, tenantId: null, at: null }
			: { id: null, tenantId: of.tenantId, at: new Date(of.at).toISOString() };
	const found = await database.call('incidents_like', { ...asked, limit: MOST_ALIKE });

	return (found ?? []).flatMap(({ id, tenantId, rule, at, distance }) => {
		const similarity = Math.round((1 - distance) * 1000) / 1000;
		if (similarity < ALIKE_FROM) return [];
		const isVisible = visibleTo === null || visibleTo === tenantId;
		const whose = isVisible ? { incidentId: id, tenantId } : { incidentId: null, tenantId: null };
		// The moment would tell whose it was to somebody who heard of it.
		const openedAt = isVisible ? new Date(at).toISOString() : utcDay(at);
		return [{ ...whose, rule, openedAt, similarity }];
	});
}

import type { Benign } from './benign.ts';
import type { Incident } from './incidents/index.ts';
import type { LabelledTenant } from './tenant.ts';

/** What is known about a tenant when scores are judged: everything but its requests. */
export type Labels = {
	seed: string;
	id: string;
	growth: number;
	incidents: LabelledIncident[];
	benign: readonly Benign[];
};

/** `spentBy`: what the incident had cost beyond the usual by the end of each of its minutes, µ¢. */
export type LabelledIncident = Incident & { spentBy: Float64Array };

export function labelsOf(seed: string, tenant: LabelledTenant): Labels {
	const incidents = tenant.incidents.map((incident) => ({
		...incident,
		spentBy: new Float64Array(incident.end - incident.start),
	}));
	for (const { incident: index, time, extraMicroCents } of tenant.requests) {
		const incident = incidents[index];
		if (!incident) continue;
		const minute = Math.floor(time / 60) - incident.start;
		// What an incident set off may come after it: a last retry, the end of a loop.
		const at = Math.min(incident.spentBy.length - 1, Math.max(0, minute));
		incident.spentBy[at] = (incident.spentBy[at] ?? 0) + extraMicroCents;
	}
	for (const { spentBy } of incidents) {
		for (let at = 1; at < spentBy.length; at++) {
			spentBy[at] = (spentBy[at] ?? 0) + (spentBy[at - 1] ?? 0);
		}
	}
	return { seed, id: tenant.id, growth: tenant.growth, incidents, benign: tenant.benign };
}

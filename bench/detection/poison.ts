import { rounded, type Figure } from '../figure.ts';
import { DAY, SCORED_FROM } from './calendar.ts';
import type { Client } from './clients.ts';
import { judge } from './judge.ts';
import { seededBy } from './random.ts';
import { PRODUCT, type ScoredTenant } from './scoreTenant.ts';
import { meanOf } from './summary.ts';
import type { Dimensions, TenantPlan } from './tenant.ts';

/** Incidents that a baseline must not get used to. */
export const POISONS = ['stolen_key', 'output_loop'] as const;
export type Poison = (typeof POISONS)[number];

/** The days of the scored week on which it happens. */
const POISON_DAYS = [1, 2, 3, 4] as const;
const MINUTES = 60;

/** One tenant of each client to which the same strong incident happens at the same time of four days in a row. */
export function poisonPlans(
	poison: Poison,
	clients: readonly Client[],
	dimensions: Dimensions,
): TenantPlan[] {
	const random = seededBy(`poison/${poison}`);

	return clients.map((client, index) => {
		const at = random.int(DAY - 2 * MINUTES);
		const incidentTypes = POISON_DAYS.map((day) => ({
			...{ kind: poison, strength: 'strong', minutes: MINUTES },
			start: SCORED_FROM + day * DAY + at,
		}));
		return {
			...{ id: `p${index}`, seed: `poison${poison}`, client, pool: clients },
			...{ incidentTypes, benignKinds: 0, dimensions },
		};
	});
}

/** How much of it is found on each day as shipped, and on the last against the first. */
export function poisonFigures(scored: readonly ScoredTenant[]): Figure[] {
	const byDay = POISON_DAYS.map((_, index) =>
		meanOf(
			scored.map(({ labels, scores }) => {
				const verdict = judge(scores.get(PRODUCT) ?? new Float32Array(), 1, labels);

				return Number(verdict.incidents[index]?.delay !== undefined);
			}),
		),
	);
	const ratio = (byDay.at(-1) ?? NaN) / (byDay[0] ?? NaN);

	return [
		...byDay.map((recall, index) => ({
			figure: `same_incident_day${index + 1}`,
			value: rounded(recall),
			unit: '1',
		})),
		{ figure: 'same_incident_day4_vs_day1', value: rounded(ratio), unit: '1' },
	];
}

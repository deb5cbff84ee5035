import { MINUTE_MS } from '../durations.ts';
import type { MicroCents } from '../money.ts';
import { belongsTo, isWithin, type KnownIncident, type Stretch } from './knownIncident.ts';
import type { RefusedByLimit } from './limitReplay.ts';
import type { Firing } from './replaySide.ts';

/** `incident`: within one that is known; `fine`: a person said so; `unknown`: nobody said anything. */
export type Judgement = 'incident' | 'fine' | 'unknown';

export type JudgedFiring = Firing & { judged: Judgement; incidentId: string | null };

export type Refused = { calls: number; microCents: MicroCents };

/** Whether an incident was found, by which rule first, and how long after it began; negative: before it was opened. */
export type Found = { incident: KnownIncident; by: string | null; delayMinutes: number | null };

/** What one set of rules would have done. */
export type SideVerdict = {
	firings: JudgedFiring[];
	trips: number;
	alerts: number;
	/** Firings outside every known incident. */
	falseAlarms: number;
	incidents: Found[];
	/** Calls refused in known incidents, and over limits: what would not have been spent. */
	saved: Refused;
	/** Calls refused by openings outside of every known incident: the price of false alarms. */
	refusedInError: Refused;
	limits: RefusedByLimit[];
};

/** Judges what a replay did by what is known. */
export function verdictOf(
	side: { firings: readonly Firing[]; limits: readonly RefusedByLimit[] },
	{ known, fine }: { known: readonly KnownIncident[]; fine: readonly Stretch[] },
): SideVerdict {
	const firings = side.firings.map((firing) => judge(firing, known, fine));
	const isTrue = ({ judged }: JudgedFiring) => judged === 'incident';
	const byBreaker = refusedBy(firings.filter(isTrue));

	return {
		firings,
		trips: firings.filter(({ opening }) => opening).length,
		alerts: firings.filter(({ opening }) => !opening).length,
		falseAlarms: firings.filter((firing) => !isTrue(firing)).length,
		incidents: known.map((incident) => findingOf(incident, firings)),
		saved: sumOf([byBreaker, ...side.limits]),
		refusedInError: refusedBy(firings.filter((firing) => !isTrue(firing))),
		limits: [...side.limits],
	};
}

function judge(
	firing: Firing,
	known: readonly KnownIncident[],
	fine: readonly Stretch[],
): JudgedFiring {
	const incident = known.find((one) => firstMomentIn(one, firing) !== undefined);
	if (incident) return { ...firing, judged: 'incident', incidentId: incident.id };
	const isFine = fine.some((stretch) => isWithin(stretch, firing.at));

	return { ...firing, judged: isFine ? 'fine' : 'unknown', incidentId: null };
}

/** When a firing first said something of an incident: an open breaker says it all the time. */
function firstMomentIn(incident: Stretch, { notifiedAt, opening }: Firing): number | undefined {
	const said = notifiedAt.find((at) => belongsTo(incident, at));
	if (said !== undefined || !opening) return said;
	const isOpenThen =
		opening.at < incident.from && (opening.closedAt === null || opening.closedAt > incident.from);

	return isOpenThen ? opening.at : undefined;
}

function findingOf(incident: KnownIncident, firings: readonly Firing[]): Found {
	let first: { at: number; by: string } | undefined;
	for (const firing of firings) {
		const at = firstMomentIn(incident, firing);
		if (at !== undefined && (!first || at < first.at)) first = { at, by: firing.rule };
	}
	const delayMinutes = first
		? Math.round((10 * (first.at - incident.from)) / MINUTE_MS) / 10
		: null;

	return { incident, by: first?.by ?? null, delayMinutes };
}

function refusedBy(firings: readonly Firing[]): Refused {
	return sumOf(
		firings.flatMap(({ opening }) =>
			opening ? [{ calls: opening.refusedCalls, microCents: opening.refusedMicroCents }] : [],
		),
	);
}

function sumOf(parts: readonly Refused[]): Refused {
	return {
		calls: parts.reduce((sum, { calls }) => sum + calls, 0),
		microCents: parts.reduce((sum, { microCents }) => sum + microCents, 0),
	};
}

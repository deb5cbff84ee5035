import type { BenignKind } from './benign.ts';
import { DAY, MINUTES, SCORED_FROM } from './calendar.ts';
import type { LabelledIncident, Labels } from './labels.ts';

/** An alert closes after so many minutes without a flag. */
const COOLDOWN = 60;
/** A flag within an open alert notifies again only when it is so much stronger than all before. */
const ESCALATION = 1.5;
/** After an incident the longest window still holds it: alerts that open then are nobody's. */
const GRACE = 60;

/** What a detector made of one tenant's scored week. */
export type Verdict = {
	falseAlerts: number;
	incidents: FoundIncident[];
	benign: { kind: BenignKind; alerted: boolean }[];
};

export type FoundIncident = Pick<LabelledIncident, 'kind' | 'strength' | 'extraMicroCents'> & {
	/** Minutes until the alert, 1 in the incident's first minute; undefined: not found. */
	delay: number | undefined;
	/** Share of its extra cost spent before the alert; 1 when it was not found. */
	leaked: number;
};

/**
 * One score a minute → alerts → counts. An incident is found by an alert that opens, or escalates, while it lasts: one
 * that was open all along finds nothing. NaN is never flagged.
 */
export function judge(scores: Float32Array, limit: number, labels: Labels): Verdict {
	const owner = ownersOf(labels.incidents);
	const foundAt = labels.incidents.map((): number | undefined => undefined);
	const alerted = labels.benign.map(() => false);
	let falseAlerts = 0;
	for (const { minute } of eachAlert(scores, limit, SCORED_FROM)) {
		const index = owner[minute] ?? -1;
		if (index < 0) {
			falseAlerts += 1;
			markBenign(alerted, labels, minute);
		} else if (minute < (labels.incidents[index]?.end ?? 0)) {
			foundAt[index] ??= minute;
		}
	}
	return {
		falseAlerts,
		incidents: labels.incidents.map((incident, index) => found(incident, foundAt[index])),
		benign: labels.benign.map(({ kind }, index) => ({ kind, alerted: alerted[index] ?? false })),
	};
}

/** What is notified from minute `from` on: alerts that open, and open ones that escalate. */
export function* eachAlert(
	scores: Float32Array,
	limit: number,
	from: number,
): Generator<{ minute: number; opens: boolean }> {
	let openUntil = -1;
	let peak = 0;
	for (let minute = from; minute < scores.length; minute++) {
		const score = scores[minute] ?? NaN;
		if (!(score > limit)) continue;
		const opens = minute >= openUntil;
		const notifies = opens || score > ESCALATION * peak;
		peak = opens ? score : Math.max(peak, score);
		openUntil = minute + COOLDOWN;
		if (notifies) yield { minute, opens };
	}
}

/** For each minute the index of the incident that an alert then belongs to; -1: none. */
export function ownersOf(incidents: readonly { start: number; end: number }[]): Int16Array {
	const owner = new Int16Array(MINUTES).fill(-1);
	incidents.forEach(({ start, end }, index) => {
		owner.fill(index, start, Math.min(MINUTES, end + GRACE));
	});
	return owner;
}

function found(incident: LabelledIncident, at: number | undefined): FoundIncident {
	const { kind, strength, start, extraMicroCents, spentBy } = incident;
	const delay = at === undefined ? undefined : at - start + 1;
	const spent = at === undefined ? extraMicroCents : (spentBy[at - start] ?? 0);

	return {
		...{ kind, strength, extraMicroCents, delay },
		leaked: extraMicroCents > 0 ? spent / extraMicroCents : 0,
	};
}

/** A lasting change is given a day to be noticed. */
function markBenign(alerted: boolean[], { benign }: Labels, minute: number): void {
	benign.forEach(({ kind, start, end }, index) => {
		const lasts = kind === 'migration' || kind === 'prompt_growth';
		const until = lasts ? start + DAY : end + GRACE;
		if (minute >= start && minute < until) alerted[index] = true;
	});
}

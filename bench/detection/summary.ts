import { percentile } from '../figure.ts';
import { BENIGN_KINDS, type BenignKind } from './benign.ts';
import { MINUTES, SCORED_FROM } from './calendar.ts';
import { GREY, typeName } from './incidents/index.ts';
import { judge, type FoundIncident, type Verdict } from './judge.ts';
import type { Labels } from './labels.ts';

/** One detector's scores of one tenant, and what is known about it. */
export type Case = { labels: Labels; scores: Float32Array };

export type Summary = {
	falseAlertsPerTenantWeek: number;
	falseAlertsP90: number;
	/** Mean recall over the types that count. */
	macroRecall: number;
	recall: ReadonlyMap<string, number>;
	/** Incidents of each type. */
	count: ReadonlyMap<string, number>;
	delayMedianMinutes: number;
	delayP90Minutes: number;
	/** Of all incidents that count. */
	foundIn5Minutes: number;
	/** Share of the extra cost spent before the alert: mean over incidents, and of all money. */
	leak: number;
	leakDollars: number;
	benign: ReadonlyMap<BenignKind, number>;
};

export function judgeAll(cases: readonly Case[], limit: number): Verdict[] {
	return cases.map(({ scores, labels }) => judge(scores, limit, labels));
}

export function summarise(verdicts: readonly Verdict[]): Summary {
	const all = verdicts.flatMap((verdict) => verdict.incidents);
	const counted = all.filter((incident) => typeName(incident) !== GREY);
	const types = Map.groupBy(all, typeName);
	const recall = new Map([...types].map(([type, ofType]) => [type, recallOf(ofType)]));
	const delays = counted.flatMap(({ delay }) => delay ?? []);
	const paid = counted.filter(({ extraMicroCents }) => extraMicroCents > 0);
	const falseAlerts = verdicts.map((verdict) => verdict.falseAlerts);
	const lost = sumOf(paid.map(({ leaked, extraMicroCents }) => leaked * extraMicroCents));

	return {
		falseAlertsPerTenantWeek: meanOf(falseAlerts),
		falseAlertsP90: percentile(falseAlerts, 90),
		macroRecall: meanOf([...recall].filter(([type]) => type !== GREY).map(([, share]) => share)),
		recall,
		count: new Map([...types].map(([type, ofType]) => [type, ofType.length])),
		delayMedianMinutes: percentile(delays, 50),
		delayP90Minutes: percentile(delays, 90),
		foundIn5Minutes: delays.filter((delay) => delay <= 5).length / Math.max(1, counted.length),
		leak: meanOf(paid.map(({ leaked }) => leaked)),
		leakDollars: lost / sumOf(paid.map(({ extraMicroCents }) => extraMicroCents)),
		benign: benignRates(verdicts),
	};
}

function benignRates(verdicts: readonly Verdict[]): Map<BenignKind, number> {
	const events = verdicts.flatMap(({ benign }) => benign);

	return new Map(
		BENIGN_KINDS.map((kind) => {
			const ofKind = events.filter((event) => event.kind === kind);

			return [kind, meanOf(ofKind.map(({ alerted }) => Number(alerted)))];
		}),
	);
}

/**
 * The lowest limit at which these tenants have at most `perTenantWeek` false alerts on average: what makes detectors
 * comparable whose scores mean different things. Their number falls as the limit rises, so it is found by halving.
 */
export function limitFor(cases: readonly Case[], perTenantWeek: number): number {
	const candidates = candidateLimits(cases);
	let tooLow = 0;
	let enough = candidates.length - 1;
	while (enough - tooLow > 1) {
		const middle = (tooLow + enough) >> 1;
		const verdicts = judgeAll(cases, candidates[middle] ?? 0);
		const alerts = meanOf(verdicts.map(({ falseAlerts }) => falseAlerts));
		if (alerts > perTenantWeek) tooLow = middle;
		else enough = middle;
	}
	return candidates[enough] ?? 0;
}

/** Every third score of the scored week, ascending. */
function candidateLimits(cases: readonly Case[]): Float32Array {
	const candidates: number[] = [];
	for (const { scores } of cases) {
		for (let minute = SCORED_FROM; minute < MINUTES; minute += 3) {
			const score = scores[minute] ?? NaN;
			if (!Number.isNaN(score)) candidates.push(score);
		}
	}
	return Float32Array.from(candidates).sort();
}

function recallOf(incidents: readonly FoundIncident[]): number {
	return meanOf(incidents.map(({ delay }) => Number(delay !== undefined)));
}

export function meanOf(values: readonly number[]): number {
	return sumOf(values) / values.length;
}

function sumOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}

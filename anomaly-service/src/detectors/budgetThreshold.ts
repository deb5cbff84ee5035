import type { Severity } from '../../../core/alert.ts';
import type { Finding } from '../../../core/finding.ts';
import type { LimitState } from '../../../core/limits.ts';
import { formatUsd } from '../../../core/money.ts';
import { windowName, windowSpan } from '../../../core/windows.ts';
import type { Detector } from './detector.ts';
import type { HealthThresholds } from './thresholds.ts';

/** At this share of a budget the strength is 1; 75 % is 1.5 times as strong, which tells people again. */
const FULL_STRENGTH_PCT = 50;
/** From so much of a window on, what is spent says something of its end: an hour and a quarter of a day. */
const MIN_ELAPSED_SHARE = 0.05;

/** A budget that is used up to a threshold. */
type Crossing = { state: LimitState; thresholdPct: number; spentPct: number };

/**
 * Tells when a budget of a day, week or month is used up to 50, 75, 90 and 100 % of it: for as long as the window lasts,
 * of each severity the fullest budget. It counts what is spent, not what is held. It never trips: at 100 % the limit
 * itself refuses.
 */
export function budgetThreshold({
	budgetPcts,
}: Pick<HealthThresholds, 'budgetPcts'>): Detector<readonly Finding[]> {
	return {
		name: 'budgetThreshold',
		runsOn: 'tick',
		restsInMaintenance: false,
		inspect({ asOf, surroundings }) {
			const crossings = (surroundings?.budgets ?? [])
				.flatMap((state) => crossingOf(state, budgetPcts))
				.sort((a, b) => b.thresholdPct - a.thresholdPct || b.spentPct - a.spentPct);
			const bySeverity = new Map<Severity, Crossing[]>();
			for (const crossing of crossings) {
				const severity = severityOf(crossing.thresholdPct);
				bySeverity.set(severity, [...(bySeverity.get(severity) ?? []), crossing]);
			}
			const findings = [...bySeverity].flatMap(([severity, [fullest, ...others]]) =>
				fullest ? [findingOf(severity, { fullest, others, asOf })] : [],
			);
			return findings.length > 0 ? findings : undefined;
		},
	};
}

function crossingOf(state: LimitState, budgetPcts: readonly number[]): Crossing[] {
	const { capacity } = state.limit;
	// A limit of 0 lets nothing through: nobody is surprised that nothing is left.
	if (capacity === 0) return [];
	const thresholdPct = budgetPcts.findLast((pct) => state.spent * 100 >= pct * capacity);

	return thresholdPct === undefined
		? []
		: [{ state, thresholdPct, spentPct: Math.floor((100 * state.spent) / capacity) }];
}

function findingOf(
	severity: Severity,
	{ fullest, others, asOf }: { fullest: Crossing; others: readonly Crossing[]; asOf: number },
): Finding {
	const { state, thresholdPct, spentPct } = fullest;
	const { limit, counter, spent } = state;
	const span = limit.window && windowSpan(limit.window, asOf);
	const projected = span && projectedSpend(spent, span, asOf);

	return {
		rule: 'budgetThreshold',
		severity,
		verdict: 'flag',
		looksBackMs: span ? asOf - span.start : 0,
		tellsOnly: true,
		strength: thresholdPct / FULL_STRENGTH_PCT,
		evidence: {
			limitId: limit.id,
			...{ scope: limit.scope, subject: counter.subject },
			window: limit.window && windowName(limit.window),
			thresholdPercent: thresholdPct,
			spentPercent: spentPct,
			spentUsd: formatUsd(spent),
			capacityUsd: formatUsd(limit.capacity),
			resetsAt: span && new Date(span.end).toISOString(),
			...(projected === undefined ? {} : { projectedUsdAtReset: formatUsd(projected ?? spent) }),
			...(others.length === 0
				? {}
				: { alsoCrossed: others.map((other) => `${other.state.limit.id}: ${other.spentPct} %`) }),
		},
	};
}

/** What the window will have cost when it goes on as it went; undefined while too little of it has passed. */
function projectedSpend(
	spent: number,
	{ start, end }: { start: number; end: number },
	asOf: number,
): number | undefined {
	const elapsed = (asOf - start) / (end - start);

	return elapsed < MIN_ELAPSED_SHARE ? undefined : Math.round(spent / Math.min(1, elapsed));
}

function severityOf(thresholdPct: number): Severity {
	if (thresholdPct >= 100) return 'critical';

	return thresholdPct >= 90 ? 'high' : 'warning';
}

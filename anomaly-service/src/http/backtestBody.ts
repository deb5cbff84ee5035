import type { JudgedFiring, SideVerdict } from '../../../core/backtest/verdict.ts';
import { DAY_MS } from '../../../core/durations.ts';
import { iso } from '../../../core/utc.ts';
import type { Backtest, BacktestSpan } from '../stages/backtest.ts';
import { assumptionsOf } from '../stages/backtestAssumptions.ts';
import type { BacktestSettings } from '../stages/backtestSettings.ts';

/** A list longer than this is nothing a person reads; the sums are of all. */
const FIRINGS_SHOWN = 200;

/** A backtest as it is answered. */
export function backtestAnswerOf(
	{ tenantId, from, to }: BacktestSpan,
	backtest: Backtest,
): Record<string, unknown> {
	const { configured, changed, difference, basis } = backtest;

	return {
		...{ tenantId, from: iso(from), to: iso(to) },
		configured: sideBody(configured),
		changed: sideBody(changed),
		difference,
		basis: { days: Math.round((100 * (to - from)) / DAY_MS) / 100, ...basis },
		assumptions: assumptionsOf(backtest),
	};
}

function sideBody({ settings, verdict }: { settings: BacktestSettings; verdict: SideVerdict }) {
	const { firings, trips, alerts, falseAlarms, incidents, saved, refusedInError } = verdict;

	return {
		settings: settingsBody(settings),
		savedMicroCents: saved.microCents,
		savedCalls: saved.calls,
		refusedInErrorMicroCents: refusedInError.microCents,
		refusedInErrorCalls: refusedInError.calls,
		...{ trips, alerts, falseAlarms },
		incidents: incidents.map(({ incident, by, delayMinutes }) => ({
			incidentId: incident.id,
			knownFrom: incident.source,
			openedAt: iso(incident.from),
			closedAt: instantOf(incident.to),
			foundBy: by,
			delayMinutes,
		})),
		limits: verdict.limits.map(({ limitId, calls, microCents, firstAt }) => ({
			...{ limitId, refusedCalls: calls, refusedMicroCents: microCents, firstAt: iso(firstAt) },
		})),
		firings: firings.slice(0, FIRINGS_SHOWN).map(firingBody),
		firingsNotShown: Math.max(0, firings.length - FIRINGS_SHOWN),
	};
}

function settingsBody({ thresholds, vectorLimitFactor, detectors, limits }: BacktestSettings) {
	return {
		spendCapMicroCentsPerMinute: thresholds.capMicroCents,
		spikeRatioPct: thresholds.ratioPct,
		tripStrength: thresholds.tripStrength ?? null,
		...{ vectorLimitFactor, detectors },
		limitIds: limits.map(({ id }) => id),
	};
}

function firingBody({ opening, notifiedAt, at, ...firing }: JudgedFiring) {
	const { rule, severity, strength, peakStrength, judged, incidentId, evidence } = firing;

	return {
		...{ rule, at: iso(at), outcome: opening ? 'tripped' : 'alerted', severity },
		...{ strength: rounded(strength), peakStrength: rounded(peakStrength) },
		...{ notifications: notifiedAt.length, judged, incidentId },
		closedAt: instantOf(opening?.closedAt ?? null),
		refusedCalls: opening?.refusedCalls ?? 0,
		refusedMicroCents: opening?.refusedMicroCents ?? 0,
		evidence,
	};
}

function instantOf(at: number | null): string | null {
	return at === null ? null : iso(at);
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}

import { GRACE_MS } from '../../../core/backtest/knownIncident.ts';
import { CLOSES_AFTER_MS } from '../../../core/backtest/replayedBreaker.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import type { Backtest } from './backtest.ts';

const minutes = (ms: number) => `${ms / MINUTE_MS} minutes`;

/** What has to hold for the answer to hold, in sentences for people. */
export function assumptionsOf({ basis, configured, changed }: Backtest): string[] {
	const hasLimits = configured.settings.limits.length + changed.settings.limits.length > 0;

	return [
		'Callers would have made the same calls at the same moments, also after some of them were refused.',
		'“As configured” is as configured now, over all of the span. Calls that were really refused left no trace: they are on neither side.',
		`A breaker is closed by a person: here when the recorded incident it belongs to was closed, otherwise ${minutes(CLOSES_AFTER_MS)} after the last finding that asked for it.`,
		`An alert within ${minutes(GRACE_MS)} of a known incident is counted as having found it. Every other one is counted as a false alarm, also where nobody ever looked.`,
		...(basis.snapshots > 0
			? [
					'The vector’s distances are those that were stored when each snapshot was taken: every 5 minutes, and every minute above 0.8 of the limit. With a lower limit than that it may fire up to 5 minutes late here.',
				]
			: [
					'No snapshot of this tenant is stored in the span: what the vector would have seen is not known.',
				]),
		...(basis.incidents === 0
			? [
					'No incident of this tenant is known in the span, so every alarm counts as false and nothing a breaker refuses counts as saved.',
				]
			: []),
		...(hasLimits
			? [
					'A call is as large for a limit as it turned out to be. What is over one is not made at all, also where it would have waited.',
				]
			: []),
		...(basis.limitsNotReplayed.length > 0
			? [
					`Not replayed, because the calls of one tenant do not tell: ${basis.limitsNotReplayed.join(', ')}.`,
				]
			: []),
	];
}

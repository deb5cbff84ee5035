import type { Finding } from '../../../core/finding.ts';
import type { Repetition } from '../../../core/health/repeatedCalls.ts';
import type { Detector } from './detector.ts';
import type { HealthThresholds } from './thresholds.ts';

/**
 * The same from one caller over many executions needs so many times as much: a workflow that runs every minute with a
 * fixed prompt, or gets the same webhook twice, is no loop.
 */
const CALLER_FACTOR = 3;

type Thresholds = Pick<
	HealthThresholds,
	'repeatedToolCalls' | 'repeatedPrompts' | 'repeatedWindowMs' | 'repeatedVerdict'
>;
type Repeated = Repetition & { times: number; threshold: number };

/**
 * Finds who asks for the same again and again: an agent that calls one tool with the same arguments, or a prompt that
 * does not change. Five tool calls: n8n's agent gives up after ten turns, and a loop should be known before. Ten prompts:
 * one call and its retries are seven at most (LangChain's six retries). It sees hashes only, and nothing of callers
 * that send none.
 */
export function repeatedCall(thresholds: Thresholds): Detector<Finding> {
	const { repeatedWindowMs, repeatedVerdict } = thresholds;

	return {
		name: 'repeatedCall',
		runsOn: 'usage',
		restsInMaintenance: false,
		inspect({ activity, asOf }) {
			let worst: Repeated | undefined;
			for (const repetition of activity.repeated.at(asOf, repeatedWindowMs)) {
				const threshold = thresholdOf(repetition, thresholds);
				if (repetition.times < threshold) continue;
				if (worst && repetition.times / threshold <= worst.times / worst.threshold) continue;
				worst = { ...repetition, threshold };
			}
			if (!worst) return undefined;

			const { of, within, by, hash, endpoint, times, threshold } = worst;
			return {
				rule: 'repeatedCall',
				severity: times >= 2 * threshold ? 'high' : 'warning',
				verdict: repeatedVerdict,
				strength: times / threshold,
				evidence: {
					repeated: of,
					hash,
					[within]: by,
					timesInWindow: times,
					thresholdTimes: threshold,
					windowSeconds: repeatedWindowMs / 1000,
					endpoint,
				},
				faultyEndpoint: endpoint,
			};
		},
	};
}

function thresholdOf({ of, within }: Repetition, thresholds: Thresholds): number {
	const times = of === 'toolCall' ? thresholds.repeatedToolCalls : thresholds.repeatedPrompts;

	return within === 'caller' ? CALLER_FACTOR * times : times;
}

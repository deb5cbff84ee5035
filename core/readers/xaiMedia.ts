import { NO_USAGE } from '../usage.ts';
import { Counts } from './counts.ts';
import { recordAt, textAt, type UsageReader } from './reading.ts';
import { vendorCost } from './vendorCost.ts';

/** Images and videos of xAI: no tokens, only what was charged. */
export const xaiMedia: UsageReader = {
	name: 'xaiMedia',
	signs: ['cost_in_usd_ticks'],

	matches(body) {
		const usage = recordAt(body, 'usage');

		return (
			'cost_in_usd_ticks' in usage && !('prompt_tokens' in usage) && !('input_tokens' in usage)
		);
	},

	read(body) {
		const facts = {
			provider: 'x_ai',
			spokenByOthers: false,
			model: textAt(body, 'model'),
			endpoint: undefined,
			requestId: textAt(body, 'id'),
		};
		const usage = recordAt(body, 'usage');
		const counts = new Counts(usage, '/usage');
		const costMicroCents = vendorCost(usage, counts);
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };
		if (costMicroCents === undefined) return { outcome: 'missing', facts, answerText: '' };

		const calls = [{ model: facts.model, usage: { ...NO_USAGE } }] as const;
		return { outcome: 'read', facts, calls, costMicroCents };
	},
};

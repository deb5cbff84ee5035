import { textAt } from './reading.ts';
import { responsesReader } from './responsesForm.ts';

/** xAI counts the sources it searched and says what it charged, in ticks. */
export const xaiResponses = responsesReader({
	name: 'xaiResponses',
	provider: 'x_ai',
	spokenByOthers: true,
	endpoint: 'api.x.ai/v1/responses',
	recognizes: (response, usage) =>
		'cost_in_usd_ticks' in usage ||
		'num_sources_used' in usage ||
		/^grok-/.test(textAt(response, 'model') ?? ''),
});

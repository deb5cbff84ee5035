import { responsesReader } from './responsesForm.ts';

/** xAI counts the sources it searched and says what it charged, in ticks. */
export const xaiResponses = responsesReader({
	name: 'xaiResponses',
	provider: 'x_ai',
	spokenByOthers: true,
	endpoint: 'api.x.ai/v1/responses',
	recognizes: ({ usage, model }) =>
		'cost_in_usd_ticks' in usage || 'num_sources_used' in usage || model.startsWith('grok-'),
});

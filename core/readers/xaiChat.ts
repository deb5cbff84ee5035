import { chatReader } from './chatForm.ts';

/** xAI counts the sources it searched and says what it charged, in ticks. */
export const xaiChat = chatReader({
	name: 'xaiChat',
	provider: 'x_ai',
	spokenByOthers: true,
	base: 'api.x.ai/v1',
	recognizes: ({ usage, model }) =>
		'cost_in_usd_ticks' in usage || 'num_sources_used' in usage || model.startsWith('grok-'),
});

import { chatReader } from './chatForm.ts';
import { textAt } from './reading.ts';

/** xAI counts the sources it searched and says what it charged, in ticks. */
export const xaiChat = chatReader({
	name: 'xaiChat',
	provider: 'x_ai',
	spokenByOthers: true,
	base: 'api.x.ai/v1',
	recognizes: (body, usage) =>
		'cost_in_usd_ticks' in usage ||
		'num_sources_used' in usage ||
		/^grok-/.test(textAt(body, 'model') ?? ''),
});

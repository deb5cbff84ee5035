import { chatReader } from './chatForm.ts';
import { isRecord, listAt } from './reading.ts';

/** OpenRouter says what it charged, and how the vendor behind it ended the answer. */
export const openrouterChat = chatReader({
	name: 'openrouterChat',
	provider: 'openrouter',
	spokenByOthers: false,
	base: 'openrouter.ai/api/v1',
	recognizes: ({ response, usage }) =>
		'cost_details' in usage ||
		'is_byok' in usage ||
		listAt(response, 'choices').some(
			(choice) => isRecord(choice) && 'native_finish_reason' in choice,
		),
});

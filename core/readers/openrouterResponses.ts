import { responsesReader } from './responsesForm.ts';

/** OpenRouter says what it charged. */
export const openrouterResponses = responsesReader({
	name: 'openrouterResponses',
	provider: 'openrouter',
	spokenByOthers: false,
	endpoint: 'openrouter.ai/api/v1/responses',
	recognizes: ({ usage }) => 'cost_details' in usage || 'is_byok' in usage,
});

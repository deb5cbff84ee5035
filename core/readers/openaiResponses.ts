import { responsesReader } from './responsesForm.ts';

/** OpenAI's Responses API, and everyone who answers in its form without a sign of their own. */
export const openaiResponses = responsesReader({
	name: 'openaiResponses',
	provider: 'openai',
	spokenByOthers: true,
	endpoint: 'api.openai.com/v1/responses',
	recognizes: () => true,
});

import { responsesReader } from './responsesForm.ts';

/** Azure OpenAI: OpenAI's form with the verdicts of the content filter beside it. Every customer has a host. */
export const azureOpenaiResponses = responsesReader({
	name: 'azureOpenaiResponses',
	provider: 'azure.ai.openai',
	spokenByOthers: false,
	endpoint: undefined,
	recognizes: ({ response }) => 'content_filters' in response,
});

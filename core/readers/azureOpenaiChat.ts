import { chatReader } from './chatForm.ts';
import { isRecord, listAt } from './reading.ts';

/** Azure OpenAI: OpenAI's form with the verdicts of the content filter in it. Every customer has a host. */
export const azureOpenaiChat = chatReader({
	name: 'azureOpenaiChat',
	provider: 'azure.ai.openai',
	spokenByOthers: false,
	base: undefined,
	recognizes: ({ response }) =>
		'prompt_filter_results' in response ||
		listAt(response, 'choices').some(
			(choice) => isRecord(choice) && 'content_filter_results' in choice,
		),
});

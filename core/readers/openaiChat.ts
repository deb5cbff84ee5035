import { chatReader } from './chatForm.ts';

/** Chat Completions and Completions of OpenAI, and everyone who answers in their form without a sign of their own. */
export const openaiChat = chatReader({
	name: 'openaiChat',
	provider: 'openai',
	spokenByOthers: true,
	base: 'api.openai.com/v1',
	recognizes: () => true,
});

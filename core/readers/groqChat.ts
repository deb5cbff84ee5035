import { chatReader } from './chatForm.ts';

/** Groq times every answer; the last chunk of a stream has the usage in `x_groq`. */
export const groqChat = chatReader({
	name: 'groqChat',
	provider: 'groq',
	spokenByOthers: false,
	base: 'api.groq.com/openai/v1',
	recognizes: ({ response, usage }) =>
		'x_groq' in response || ('queue_time' in usage && 'prompt_time' in usage),
});

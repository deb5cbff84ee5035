import { chatReader } from './chatForm.ts';
import { textAt } from './reading.ts';

/** Gemini in OpenAI's form, known by the names of its models. What it thought is in the total alone. */
export const geminiChat = chatReader({
	name: 'geminiChat',
	provider: 'gcp.gemini',
	spokenByOthers: true,
	base: 'generativelanguage.googleapis.com/v1beta/openai',
	hidesThoughts: true,
	recognizes: (body) => /^(?:models\/|google\/)?gemini-/.test(textAt(body, 'model') ?? ''),
});

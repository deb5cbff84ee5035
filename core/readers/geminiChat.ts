import { chatReader } from './chatForm.ts';

/** Gemini in OpenAI's form, known by the names of its models. What it thought is in the total alone. */
export const geminiChat = chatReader({
	name: 'geminiChat',
	provider: 'gcp.gemini',
	spokenByOthers: true,
	base: 'generativelanguage.googleapis.com/v1beta/openai',
	hidesThoughts: true,
	recognizes: ({ model }) => /^(?:models\/|google\/)?gemini-/.test(model),
});

import { chatReader } from './chatForm.ts';

/** Anthropic in OpenAI's form, known by the names of its models. */
export const anthropicChat = chatReader({
	name: 'anthropicChat',
	provider: 'anthropic',
	spokenByOthers: true,
	base: 'api.anthropic.com/v1',
	recognizes: ({ model }) => model.startsWith('claude-'),
});

import { chatReader } from './chatForm.ts';
import { textAt } from './reading.ts';

/** Anthropic in OpenAI's form, known by the names of its models. */
export const anthropicChat = chatReader({
	name: 'anthropicChat',
	provider: 'anthropic',
	spokenByOthers: true,
	base: 'api.anthropic.com/v1',
	recognizes: (body) => /^claude-/.test(textAt(body, 'model') ?? ''),
});

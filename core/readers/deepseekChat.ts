import { chatReader } from './chatForm.ts';
import { textAt } from './reading.ts';

/** DeepSeek splits the prompt into cache hits and misses. Its models are hosted elsewhere too, under longer names. */
export const deepseekChat = chatReader({
	name: 'deepseekChat',
	provider: 'deepseek',
	spokenByOthers: true,
	base: 'api.deepseek.com',
	recognizes: (body, usage) =>
		'prompt_cache_hit_tokens' in usage ||
		/^deepseek-(?:chat|coder|reasoner|v\d)/.test(textAt(body, 'model') ?? ''),
});

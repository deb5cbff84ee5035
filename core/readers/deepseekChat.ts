import { chatReader } from './chatForm.ts';

/** DeepSeek splits the prompt into cache hits and misses. Its models are hosted elsewhere too, under longer names. */
export const deepseekChat = chatReader({
	name: 'deepseekChat',
	provider: 'deepseek',
	spokenByOthers: true,
	base: 'api.deepseek.com',
	recognizes: ({ usage, model }) =>
		'prompt_cache_hit_tokens' in usage || /^deepseek-(?:chat|coder|reasoner|v\d)/.test(model),
});

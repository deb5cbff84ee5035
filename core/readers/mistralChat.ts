import { chatReader } from './chatForm.ts';

const MODELS =
	/^(?:open-)?(?:mistral|mixtral|ministral|magistral|codestral|devstral|pixtral|voxtral)[-\d]/;

/** Mistral. Its own fields are not in every answer, so the model's name counts too. */
export const mistralChat = chatReader({
	name: 'mistralChat',
	provider: 'mistral_ai',
	spokenByOthers: true,
	base: 'api.mistral.ai/v1',
	recognizes: ({ usage, model }) =>
		'num_cached_tokens' in usage || 'prompt_audio_seconds' in usage || MODELS.test(model),
});

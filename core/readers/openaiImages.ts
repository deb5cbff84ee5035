import { NO_USAGE } from '../usage.ts';
import { billedUnits } from './billedUnits.ts';
import { Counts } from './counts.ts';
import { recordAt, textAt, type UsageReader } from './reading.ts';

/** OpenAI's images, where they are billed by tokens. Without a breakdown all that was generated is pictures. */
export const openaiImages: UsageReader = {
	name: 'openaiImages',
	signs: ['input_tokens_details'],

	matches(body) {
		const details = recordAt(recordAt(body, 'usage'), 'input_tokens_details');

		return 'image_tokens' in details && !('cached_tokens' in details);
	},

	read(body) {
		const facts = {
			provider: 'openai',
			spokenByOthers: true,
			model: textAt(body, 'model'),
			endpoint: 'api.openai.com/v1/images',
			requestId: textAt(body, 'id'),
		};
		const counts = new Counts(recordAt(body, 'usage'), '/usage');
		const input = counts.get('input_tokens');
		const output = counts.get('output_tokens');
		const total = counts.find('total_tokens') ?? input + output;
		counts.within(
			'total_tokens',
			{ name: 'input_tokens and output_tokens', count: input + output },
			{ name: 'total_tokens', count: total },
		);
		const inputImage = counts.get('input_tokens_details', 'image_tokens');
		const outputImage = counts.find('output_tokens_details', 'image_tokens') ?? output;
		counts.within(
			'input_tokens_details/image_tokens',
			{ name: 'image_tokens', count: inputImage },
			{ name: 'input_tokens', count: input },
		);
		counts.within(
			'output_tokens_details/image_tokens',
			{ name: 'image_tokens', count: outputImage },
			{ name: 'output_tokens', count: output },
		);
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

		const usage = { ...NO_USAGE, inputUncached: input, output };
		return {
			outcome: 'read',
			facts,
			calls: [{ model: facts.model, usage }],
			costMicroCents: undefined,
			otherUnits: billedUnits({ inputImage, outputImage }),
		};
	},
};

import { readBilledUnits } from './cohereForm.ts';
import { isRecord, listAt, recordAt, textAt, type UsageReader } from './reading.ts';

/** Cohere's chat of API version 2. */
export const cohereV2: UsageReader = {
	name: 'cohereV2',
	signs: ['billed_units', 'tokens'],

	matches(body) {
		const usage = recordAt(body, 'usage');

		return isRecord(usage['billed_units']) || isRecord(usage['tokens']);
	},

	read(body) {
		const content = listAt(recordAt(body, 'message'), 'content').filter(isRecord);
		const answerText = content
			.map((part) => textAt(part, 'text') ?? textAt(part, 'thinking') ?? '')
			.join('');

		return readBilledUnits(
			recordAt(body, 'usage'),
			{ pointer: '/usage', answerText },
			{
				provider: 'cohere',
				spokenByOthers: false,
				model: textAt(body, 'model'),
				endpoint: 'api.cohere.com/v2/chat',
				requestId: textAt(body, 'id'),
			},
		);
	},
};

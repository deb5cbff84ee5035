import { textAt, type UsageReader } from '../reading.ts';
import { billFacts } from './billedOnce.ts';
import { readTwilioPrice } from './twilioForm.ts';

/** What Twilio charged in one category (`sms-outbound`, `calls`) between two dates: one line per account. */
export const twilioUsageRecord: UsageReader = {
	name: 'twilioUsageRecord',
	signs: ['usage_unit'],

	matches: (body) =>
		typeof body['category'] === 'string' && 'usage_unit' in body && 'price_unit' in body,

	read(body) {
		const category = textAt(body, 'category') ?? 'usage';
		const line = ['account_sid', 'category', 'start_date', 'end_date'].map(
			(key) => textAt(body, key) ?? '',
		);
		const billing = { charged: 'positive', state: 'billed', units: undefined, errors: [] } as const;

		return readTwilioPrice(body, billFacts('twilio', category, line.join('/')), billing);
	},
};

import { textAt, type UsageReader } from '../reading.ts';
import { billFacts } from './billedOnce.ts';
import { readTwilioPrice } from './twilioForm.ts';

/** What Twilio charged in one category (`sms-outbound`, `calls`) between two dates: one line per account. */
export const twilioUsageRecord: UsageReader = {
	name: 'twilioUsageRecord',

	matches: (body) =>
		typeof body['category'] === 'string' && 'usage_unit' in body && 'price_unit' in body,

	read(body) {
		const category = textAt(body, 'category') ?? 'usage';
		const line = ['account_sid', 'category', 'start_date', 'end_date'].map(
			(key) => textAt(body, key) ?? '',
		);
		return readTwilioPrice(body, 'positive', billFacts('twilio', category, line.join('/')));
	},
};

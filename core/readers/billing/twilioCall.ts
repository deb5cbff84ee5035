import { textAt, type UsageReader } from '../reading.ts';
import { billFacts } from './billedOnce.ts';
import { readTwilioPrice } from './twilioForm.ts';

/** A call of Twilio's Voice. */
export const twilioCall: UsageReader = {
	name: 'twilioCall',

	matches: (body) => /^CA[0-9a-f]{32}$/i.test(textAt(body, 'sid') ?? '') && 'price' in body,

	read: (body) =>
		readTwilioPrice(body, 'negative', billFacts('twilio', 'call', textAt(body, 'sid'))),
};

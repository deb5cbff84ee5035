import { textAt, type JsonRecord, type UsageReader } from '../reading.ts';
import { billFacts } from './billedOnce.ts';
import { readTwilioPrice } from './twilioForm.ts';

/** A message of Twilio: SMS, MMS, or through another channel, such as WhatsApp. */
export const twilioMessage: UsageReader = {
	name: 'twilioMessage',

	matches: (body) => /^(?:SM|MM)[0-9a-f]{32}$/i.test(textAt(body, 'sid') ?? '') && 'price' in body,

	read: (body) =>
		readTwilioPrice(body, 'negative', billFacts('twilio', kindOf(body), textAt(body, 'sid'))),
};

/** The addresses of other channels begin with their name: `whatsapp:+14155238886`. */
function kindOf(body: JsonRecord): string {
	const channel = /^([a-z]{2,20}):/.exec(textAt(body, 'from') ?? textAt(body, 'to') ?? '')?.[1];
	if (channel) return channel;

	return /^MM/i.test(textAt(body, 'sid') ?? '') ? 'mms' : 'sms';
}

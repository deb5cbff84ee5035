import type { FieldError } from '../../problems.ts';
import { textAt, type JsonRecord, type UsageReader } from '../reading.ts';
import { billFacts } from './billedOnce.ts';
import { countedText, readTwilioPrice, type TwilioBilling } from './twilioForm.ts';

/** A message of Twilio: SMS, MMS, or through another channel, such as WhatsApp. */
export const twilioMessage: UsageReader = {
	name: 'twilioMessage',
	signs: ['sid'],

	matches: (body) => /^(?:SM|MM)[0-9a-f]{32}$/i.test(textAt(body, 'sid') ?? '') && 'price' in body,

	read(body) {
		const kind = kindOf(body);
		const facts = billFacts('twilio', kind, textAt(body, 'sid'));

		return readTwilioPrice(body, facts, billingOf(body, kind));
	},
};

/** A message that failed never left Twilio; the fee of 0.001 USD that some of them cost comes with their price. */
const FREE: ReadonlySet<string> = new Set(['failed', 'canceled']);
const NOT_YET: ReadonlySet<string> = new Set(['queued', 'accepted', 'scheduled']);
const PER_ATTEMPT: ReadonlySet<string> = new Set(['sms', 'mms']);

/** `num_segments` is "0" until a Messaging Service has picked the sender. */
function billingOf(body: JsonRecord, kind: string): TwilioBilling {
	const errors: FieldError[] = [];
	const segments = countedText(body, 'num_segments', errors) ?? 0;

	return {
		...{ charged: 'negative', state: stateOf(textAt(body, 'status') ?? '', kind), errors },
		units: { messageSegments: Math.max(1, segments) },
	};
}

/** SMS and MMS cost the attempt, other channels the delivery. */
function stateOf(status: string, kind: string): TwilioBilling['state'] {
	if (FREE.has(status)) return 'free';
	if (status === 'undelivered' && !PER_ATTEMPT.has(kind)) return 'free';

	return NOT_YET.has(status) ? 'notYet' : 'billed';
}

/** The addresses of other channels begin with their name: `whatsapp:+14155238886`. */
function kindOf(body: JsonRecord): string {
	const channel = /^([a-z]{2,20}):/.exec(textAt(body, 'from') ?? textAt(body, 'to') ?? '')?.[1];
	if (channel) return channel;

	return /^MM/i.test(textAt(body, 'sid') ?? '') ? 'mms' : 'sms';
}

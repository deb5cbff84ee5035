import type { FieldError } from '../../problems.ts';
import { textAt, type JsonRecord, type UsageReader } from '../reading.ts';
import { billFacts } from './billedOnce.ts';
import { countedText, readTwilioPrice, type TwilioBilling } from './twilioForm.ts';

/** A call of Twilio's Voice. */
export const twilioCall: UsageReader = {
	name: 'twilioCall',
	signs: ['sid'],

	matches: (body) => /^CA[0-9a-f]{32}$/i.test(textAt(body, 'sid') ?? '') && 'price' in body,

	read: (body) =>
		readTwilioPrice(body, billFacts('twilio', 'call', textAt(body, 'sid')), billingOf(body)),
};

/** "If a call has a status of no-answer, busy, failed or canceled, you should not be charged for the call." */
const FREE: ReadonlySet<string> = new Set(['no-answer', 'busy', 'failed', 'canceled']);
const NOT_YET: ReadonlySet<string> = new Set(['queued', 'initiated', 'ringing']);

/** By the minute begun; one that was answered has begun. */
function billingOf(body: JsonRecord): TwilioBilling {
	const errors: FieldError[] = [];
	const status = textAt(body, 'status') ?? '';
	const seconds = countedText(body, 'duration', errors) ?? 0;
	const state = FREE.has(status) ? 'free' : NOT_YET.has(status) ? 'notYet' : 'billed';

	return {
		...{ charged: 'negative', state, errors },
		units: { callMinutes: Math.max(1, Math.ceil(seconds / 60)) },
	};
}

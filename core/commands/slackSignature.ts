import { createHmac, timingSafeEqual } from 'node:crypto';

/** What came with a request of Slack, as it was sent. */
export type SlackRequest = {
	/** The bytes of the body as text; parsed and printed again they are others. */
	body: string;
	/** `x-slack-request-timestamp`, Unix seconds. */
	timestamp: string;
	/** `x-slack-signature`: `v0=<hex>` */
	signature: string;
};

export type SlackFault = 'malformedTimestamp' | 'tooOld' | 'tooNew' | 'noMatch';

/** A captured request is worth nothing after five minutes; clocks may differ by as much, as Slack says itself. */
const TOLERANCE_SECONDS = 300;

/** Whether Slack sent it, just now; null: yes. */
export function slackFault(
	secret: string,
	{ body, timestamp, signature }: SlackRequest,
	now: number,
): SlackFault | null {
	if (!/^\d{1,12}$/.test(timestamp)) return 'malformedTimestamp';
	const ageSeconds = Math.floor(now / 1000) - Number(timestamp);
	if (ageSeconds > TOLERANCE_SECONDS) return 'tooOld';
	if (ageSeconds < -TOLERANCE_SECONDS) return 'tooNew';
	const expected = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');

	return isSame(`v0=${expected}`, signature) ? null : 'noMatch';
}

/** In constant time; the length of a signature is no secret. */
function isSame(expected: string, given: string): boolean {
	const [a, b] = [Buffer.from(expected), Buffer.from(given)];

	return a.length === b.length && timingSafeEqual(a, b);
}

import { createHmac } from 'node:crypto';
import { readSlackPress } from '../../../../core/commands/slackInteraction.ts';
import { slackFault } from '../../../../core/commands/slackSignature.ts';
import { slackUpdate } from '../../../../core/commands/slackUpdate.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const sign = (body: string, timestamp: string, secret = SECRET) =>
	`v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
const at = (seconds: number) => String(NOW / 1000 + seconds);
const request = (body: string, timestamp = at(0)) => ({
	body,
	timestamp,
	signature: sign(body, timestamp),
});

describe('a request of Slack', () => {
	it('is one when its signature is of these bytes, with this secret, of these five minutes', () => {
		expect(slackFault(SECRET, request('payload=1'), NOW)).toBeNull();
		expect(slackFault(SECRET, request('payload=1', at(-300)), NOW)).toBeNull();
		expect(slackFault(SECRET, request('payload=1', at(-301)), NOW)).toBe('tooOld');
		expect(slackFault(SECRET, request('payload=1', at(301)), NOW)).toBe('tooNew');
		expect(slackFault(SECRET, request('payload=1', 'now'), NOW)).toBe('malformedTimestamp');
		expect(slackFault('another', request('payload=1'), NOW)).toBe('noMatch');
		expect(slackFault(SECRET, { ...request('payload=1'), body: 'payload=2' }, NOW)).toBe('noMatch');
		expect(slackFault(SECRET, { ...request('payload=1'), signature: 'v0=' }, NOW)).toBe('noMatch');
	});

	it('is signed as the example in Slack’s documentation is', () => {
		const body =
			'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&' +
			'channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&' +
			'response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F' +
			'96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
		const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';

		expect(
			slackFault(SECRET, { body, timestamp: '1531420618', signature }, 1_531_420_618_000),
		).toBeNull();
	});
});

const button = (value: string) => ({
	type: 'button',
	text: { type: 'plain_text', text: value },
	value,
});
const alert = { type: 'section', text: { type: 'mrkdwn', text: '```{"a":"&lt;b&gt;"}```' } };
const press = (data: string, values: string[]) => {
	const payload = {
		type: 'block_actions',
		user: { id: 'U1', username: 'ada' },
		channel: { id: 'C1' },
		message: {
			...{ ts: '1.2', text: 'a &amp; b' },
			blocks: [alert, { type: 'actions', elements: values.map(button) }],
		},
		actions: [{ type: 'button', value: data }],
	};
	return readSlackPress(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
};

describe('a pressed button', () => {
	it('is read from a form', () => {
		expect(press('ack:inc_1', [])).toMatchObject({
			...{ userId: 'U1', userName: 'ada', data: 'ack:inc_1', channel: 'C1' },
			message: { ts: '1.2', text: 'a &amp; b' },
		});
	});

	it.each([
		'',
		'payload=',
		'payload=%7B',
		'payload=%7B%22type%22%3A%22view_submission%22%7D',
		'payload=null',
	])('is not in “%s”', (body) => {
		expect(readSlackPress(body)).toBeUndefined();
	});

	it('keeps what the message shows, byte for byte, and goes away with its counterpart', () => {
		const pressed = press('approve:act_1', [
			'ack:inc_1',
			'approve:act_1',
			'decline:act_1',
			'undo:inc_1',
		]);
		const { message: asked } = slackUpdate(pressed ?? never(), 'Approved by <ada>.');

		expect(asked).toEqual({
			...{ channel: 'C1', ts: '1.2', text: 'a &amp; b' },
			blocks: [
				alert,
				{
					type: 'context',
					elements: [{ type: 'mrkdwn', text: 'Approved by &lt;ada&gt;.', verbatim: true }],
				},
				{ type: 'actions', elements: ['ack:inc_1', 'undo:inc_1'].map(button) },
			],
		});
	});

	it('takes its row along when it was the last one', () => {
		const pressed = press('ack:inc_1', ['ack:inc_1']);
		const { message: asked } = slackUpdate(pressed ?? never(), 'Acknowledged.');

		expect(asked['blocks']).toEqual([alert, expect.objectContaining({ type: 'context' })]);
	});
});

function never(): never {
	throw new Error('this press is one');
}

import { createHmac, randomBytes } from 'node:crypto';
import { freePort } from '../harness/freePort.ts';
import { loadDouble } from './loadDouble.ts';
import { startRecordingProxy, type Answer, type RecordedRequest } from './recordingProxy.ts';

const CHANNEL = 'llm-alerts';

interface Emulate {
	createEmulator: (options: {
		service: 'slack';
		port: number;
		seed: object;
	}) => Promise<{ url: string; close: () => Promise<void> }>;
}

export interface SlackMessage {
	ts: string;
	text: string;
	blocks?: Array<{
		type: string;
		text?: { text: string };
		elements?: Array<{ type: string; text?: string | { text: string }; value?: string }>;
	}>;
	metadata?: { event_type: string; event_payload: Record<string, unknown> };
	edited?: unknown;
}

export interface SlackDouble {
	baseUrl: string;
	channel: string;
	channelId: string;
	signingSecret: string;
	posts: RecordedRequest[];
	/** The texts the channel shows, oldest first: what Slack stored, its three escapes undone as every client does. */
	shownTexts: () => Promise<string[]>;
	/** The messages of the channel as Slack keeps them, oldest first. */
	messages: () => Promise<SlackMessage[]>;
	/** Words to one person, which nobody else sees. */
	whispers: () => string[];
	/** A person presses a button of a message: what Slack sends to the request URL of the app. */
	press: (url: string, pressed: Press) => Promise<Response>;
	/** The answer to the next requests is 429, to come back after so many seconds. */
	throttle: (times: number, seconds: number) => void;
	/** The next messages are posted, and the answers to that are lost. */
	loseAnswers: (times: number) => void;
	close: () => Promise<void>;
}

export interface Press {
	user: { id: string; username: string };
	message: SlackMessage;
	value: string;
	/** Signed by somebody who does not know the secret. */
	forged?: boolean;
}

export async function startSlack(): Promise<SlackDouble> {
	const { createEmulator } = await loadDouble<Emulate>('emulate/dist/api.js');
	const port = await freePort();
	const seed = { slack: { channels: [{ name: CHANNEL }] } };
	const emulator = await createEmulator({ service: 'slack', port, seed });
	const target = `http://127.0.0.1:${port}`;
	let throttled = { times: 0, seconds: 0 };
	let lost = 0;
	const proxy = await startRecordingProxy(target, async ({ path }, forward) => {
		if (throttled.times > 0) {
			throttled.times -= 1;
			return tooMany(throttled.seconds);
		}
		const answer = await forward();
		if (lost === 0 || !path.endsWith('/chat.postMessage')) return answer;
		lost -= 1;
		return { status: 502, body: 'the answer was lost', contentType: 'text/plain' };
	});
	const channelId = await channelNamed(target, CHANNEL);
	const messages = async () => {
		const asked = { channel: channelId, limit: 999, include_all_metadata: true };
		const history = await call<{ messages: SlackMessage[] }>(
			`${target}/api/conversations.history`,
			asked,
		);
		return history.messages.reverse();
	};
	const signingSecret = randomBytes(16).toString('hex');

	return {
		baseUrl: `${proxy.baseUrl}/api`,
		channel: CHANNEL,
		channelId,
		signingSecret,
		posts: proxy.requests,
		shownTexts: async () => (await messages()).map(({ text }) => unescapeMarkup(text)),
		messages,
		whispers: () =>
			proxy.requests
				.filter(({ path }) => path.endsWith('/chat.postEphemeral'))
				.map(({ body }) => {
					const { text }: { text: string } = JSON.parse(body);
					return text;
				}),
		press: (url, pressed) => press(url, pressed, { channelId, signingSecret }),
		throttle: (times, seconds) => {
			throttled = { times, seconds };
		},
		loseAnswers: (times) => {
			lost = times;
		},
		close: async () => {
			await proxy.close();
			await emulator.close();
		},
	};
}

function press(
	url: string,
	{ user, message, value, forged = false }: Press,
	{ channelId, signingSecret }: Pick<SlackDouble, 'channelId' | 'signingSecret'>,
): Promise<Response> {
	const payload = {
		...{ type: 'block_actions', user, channel: { id: channelId, name: CHANNEL }, message },
		trigger_id: `${Date.now()}.${randomBytes(6).toString('hex')}`,
		actions: [{ type: 'button', action_id: value, value, action_ts: String(Date.now() / 1000) }],
	};
	const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
	const timestamp = String(Math.floor(Date.now() / 1000));
	const secret = forged ? 'somebody else’s secret' : signingSecret;
	const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');

	return fetch(url, {
		method: 'POST',
		headers: {
			'content-type': 'application/x-www-form-urlencoded',
			'x-slack-request-timestamp': timestamp,
			'x-slack-signature': `v0=${signature}`,
		},
		body,
	});
}

const tooMany = (seconds: number): Answer => ({
	status: 429,
	headers: { 'retry-after': String(seconds) },
	body: JSON.stringify({ ok: false, error: 'ratelimited' }),
});

async function channelNamed(target: string, wanted: string): Promise<string> {
	const { channels } = await call<{ channels: Array<{ id: string; name: string }> }>(
		`${target}/api/conversations.list`,
		{},
	);
	return channels.find(({ name }) => name === wanted)?.id ?? '';
}

async function call<T>(url: string, body: object): Promise<T> {
	const headers = { authorization: 'Bearer xoxb-reader', 'content-type': 'application/json' };
	const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
	return answer.json();
}

export const unescapeMarkup = (text: string): string =>
	text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

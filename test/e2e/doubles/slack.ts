import { freePort } from '../harness/freePort.ts';
import { loadDouble } from './loadDouble.ts';
import { startRecordingProxy, type RecordedRequest } from './recordingProxy.ts';

const CHANNEL = 'llm-alerts';

interface Emulate {
	createEmulator: (options: {
		service: 'slack';
		port: number;
		seed: object;
	}) => Promise<{ url: string; close: () => Promise<void> }>;
}

export interface SlackDouble {
	baseUrl: string;
	channel: string;
	posts: RecordedRequest[];
	/** The texts the channel shows, oldest first: what Slack stored, its three escapes undone as every client does. */
	shownTexts: () => Promise<string[]>;
	close: () => Promise<void>;
}

export async function startSlack(): Promise<SlackDouble> {
	const { createEmulator } = await loadDouble<Emulate>('emulate/dist/api.js');
	const port = await freePort();
	const seed = { slack: { channels: [{ name: CHANNEL }] } };
	const emulator = await createEmulator({ service: 'slack', port, seed });
	const target = `http://127.0.0.1:${port}`;
	const proxy = await startRecordingProxy(target);

	return {
		baseUrl: `${proxy.baseUrl}/api`,
		channel: CHANNEL,
		posts: proxy.requests,
		shownTexts: async () => {
			const channels = await call<{ channels: Array<{ id: string; name: string }> }>(
				`${target}/api/conversations.list`,
				{},
			);
			const channel = channels.channels.find(({ name }) => name === CHANNEL)?.id ?? '';
			const { messages } = await call<{ messages: Array<{ text: string }> }>(
				`${target}/api/conversations.history`,
				{ channel, limit: 999 },
			);
			return messages.map(({ text }) => unescapeMarkup(text)).reverse();
		},
		close: async () => {
			await proxy.close();
			await emulator.close();
		},
	};
}

async function call<T>(url: string, body: object): Promise<T> {
	const headers = { authorization: 'Bearer xoxb-reader', 'content-type': 'application/json' };
	const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
	return answer.json();
}

const unescapeMarkup = (text: string): string =>
	text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

import { freePort } from '../harness/freePort.ts';
import { loadDouble } from './loadDouble.ts';
import { startRecordingProxy, type Answer, type RecordedRequest } from './recordingProxy.ts';

interface TelegramTestApi {
	default: new (config: { host: string; port: number }) => {
		start: () => Promise<void>;
		stop: () => Promise<unknown>;
	};
}

export interface TelegramDouble {
	baseUrl: string;
	chatId: string;
	posts: RecordedRequest[];
	/** The texts the chat shows, oldest first: after Telegram resolved the entities of HTML mode. */
	shownTexts: () => string[];
	close: () => Promise<void>;
}

/**
 * telegram-test-api keeps the messages but looks at no parse mode. In front of it, the one rule that can lose or change an
 * alert: HTML mode refuses a bare `<` or an unknown entity, and turns `&lt; &gt; &amp; &quot;` into characters.
 */
export async function startTelegram(): Promise<TelegramDouble> {
	const { default: TelegramServer } = await loadDouble<TelegramTestApi>(
		'telegram-test-api/lib/index.js',
	);
	const port = await freePort();
	const server = new TelegramServer({ host: '127.0.0.1', port });
	await server.start();

	const shown: string[] = [];
	const proxy = await startRecordingProxy(`http://127.0.0.1:${port}`, async (request, forward) => {
		if (!request.path.endsWith('/sendMessage')) return forward();
		const text = resolveEntities(JSON.parse(request.body));
		if (text === undefined) return cannotParse;
		shown.push(text);
		return forward();
	});

	return {
		baseUrl: proxy.baseUrl,
		chatId: '-1001234567890',
		posts: proxy.requests,
		shownTexts: () => shown,
		close: async () => {
			await proxy.close();
			await server.stop();
		},
	};
}

function resolveEntities({ text, parse_mode: parseMode }: SentMessage): string | undefined {
	if (parseMode === undefined) return text;
	if (parseMode !== 'HTML' || /<|&(?!(lt|gt|amp|quot);)/.test(text)) return undefined;
	return text
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&amp;', '&');
}

interface SentMessage {
	text: string;
	parse_mode?: string;
}

const cannotParse: Answer = {
	status: 400,
	body: JSON.stringify({
		ok: false,
		error_code: 400,
		description: "Bad Request: can't parse entities",
	}),
};

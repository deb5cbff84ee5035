import { startHangUpWatch } from './hangUpWatch.ts';
import { loadDouble } from './loadDouble.ts';

/** Which calls a rule answers: by the last message of the user, and by what has happened before. */
export interface CallMatch {
	userMessage: RegExp;
	/** True once the tool has answered. */
	hasToolResult?: boolean;
	/** Counts the calls that fit, from 0. */
	sequenceIndex?: number;
}

interface BilledUsage {
	prompt_tokens: number;
	completion_tokens: number;
}

export type VendorAnswer =
	| { content: string; usage: BilledUsage }
	| { toolCalls: Array<{ name: string; arguments: string }>; usage: BilledUsage }
	| { error: { message: string; type: string }; status: number; retryAfter?: number };

interface Pace {
	/** Milliseconds before each chunk of a streamed answer. */
	latency?: number;
	/** Characters in a chunk. */
	chunkSize?: number;
}

interface JournalEntry {
	timestamp: number;
	body: { model: string; stream?: boolean } | null;
	response: {
		status: number;
		fixture: { response: { usage?: BilledUsage } } | null;
	};
}

interface Aimock {
	LLMock: new (options: { port: number; host: string; journalMaxEntries: number }) => {
		on: (match: CallMatch, answer: VendorAnswer, pace?: Pace) => unknown;
		getRequests: () => readonly JournalEntry[];
		start: () => Promise<unknown>;
		stop: () => Promise<void>;
		url: string;
	};
}

export interface VendorCall {
	/** Milliseconds since the epoch. */
	receivedAt: number;
	model: string;
	streamed: boolean;
	status: number;
	/** What the vendor bills: 0 for a call that failed. */
	inputTokens: number;
	outputTokens: number;
}

export interface ChatVendor {
	baseUrl: string;
	/** Adds a rule; the first one that fits a call answers it. */
	on: (match: CallMatch, answer: VendorAnswer, pace?: Pace) => void;
	/** The calls that arrived with a word in their prompts, oldest first. */
	callsAbout: (word: string) => VendorCall[];
	/** How many of them hung up before the answer was complete. */
	hangUpsAbout: (word: string) => number;
	close: () => Promise<void>;
}

/** OpenAI's chat completions, answered by rules that each scenario adds for words of its own. */
export async function startChatVendor(): Promise<ChatVendor> {
	const { LLMock } = await loadDouble<Aimock>('@copilotkit/aimock/dist/index.js');
	const mock = new LLMock({ port: 0, host: '127.0.0.1', journalMaxEntries: 0 });
	await mock.start();
	const watch = await startHangUpWatch(mock.url);

	return {
		baseUrl: `${watch.baseUrl}/v1`,
		on: (match, answer, pace) => void mock.on(match, answer, pace),
		callsAbout: (word) =>
			mock
				.getRequests()
				.filter(({ body }) => JSON.stringify(body).includes(word))
				.map(callOf),
		hangUpsAbout: (word) => watch.abandoned.filter((body) => body.includes(word)).length,
		close: async () => {
			await watch.close();
			await mock.stop();
		},
	};
}

function callOf({ timestamp, body, response }: JournalEntry): VendorCall {
	const billed = response.fixture?.response.usage;

	return {
		receivedAt: timestamp,
		model: body?.model ?? '',
		streamed: body?.stream === true,
		status: response.status,
		inputTokens: billed?.prompt_tokens ?? 0,
		outputTokens: billed?.completion_tokens ?? 0,
	};
}

import { loadDouble } from './loadDouble.ts';

/**
 * One runaway call bills 1,000,000 tokens in and 100,000 out: 3.50 USD at gpt-4o's list price, so that the third within a
 * minute breaks the default cap of 10 USD. A calm call costs a hundredth of a cent.
 */
const RUNAWAY = { prompt_tokens: 1_000_000, completion_tokens: 100_000, total_tokens: 1_100_000 };
const CALM = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 };

export const prompts = { runaway: 'please run away', failing: 'please fail', calm: 'hello' };

interface Aimock {
	LLMock: new (options: { port: number; host: string; journalMaxEntries: number }) => {
		onMessage: (pattern: RegExp, response: object) => void;
		getRequests: () => readonly unknown[];
		start: () => Promise<unknown>;
		stop: () => Promise<void>;
		url: string;
	};
}

export interface OpenAiDouble {
	baseUrl: string;
	/** How many model calls arrived so far, answered or failed. */
	callCount: () => number;
	close: () => Promise<void>;
}

export async function startOpenAi(): Promise<OpenAiDouble> {
	const { LLMock } = await loadDouble<Aimock>('@copilotkit/aimock/dist/index.js');
	const mock = new LLMock({ port: 0, host: '127.0.0.1', journalMaxEntries: 0 });
	mock.onMessage(/run away/, { content: 'again and again', usage: RUNAWAY });
	mock.onMessage(/fail/, {
		error: { message: 'the model is on fire', type: 'server_error' },
		status: 500,
	});
	mock.onMessage(/./, { content: 'Good morning.', usage: CALM });
	await mock.start();
	return {
		baseUrl: `${mock.url}/v1`,
		callCount: () => mock.getRequests().length,
		close: () => mock.stop(),
	};
}

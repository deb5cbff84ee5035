import type { ServiceExchange } from './modelBench.ts';
import { ModelBench, type ModelRun } from './modelBench.ts';

/** An HTTP answer of the service; `undefined` is a service that does not answer. */
export type Scripted = { statusCode: number; body: object } | undefined;

export const ALLOW: Scripted = {
	statusCode: 200,
	body: { decision: 'allow', reservationId: 'rsv_1', expiresAt: '2026-11-21T12:02:00Z' },
};

export function reject(retryAfterMs: number | null, reason: object = {}): Scripted {
	const reasons = [{ code: 'limitExceeded', message: 'Limit daily is full.', ...reason }];

	return { statusCode: 200, body: { decision: 'reject', reasons, retryAfterMs } };
}

/** A node whose service says what a test has written down, one answer for each ask; the last one stays. */
export function scriptedBench(asks: Scripted[], run: Partial<ModelRun> = {}): ModelBench {
	const answers = [...asks];

	return new ModelBench({
		credentials: { baseUrl: 'http://fuse.test', apiKey: 'fuse_key' },
		answer: ({ path }: ServiceExchange) => {
			if (path !== '/v1/reservations') return SETTLED;
			return answers.length > 1 ? answers.shift() : answers[0];
		},
		...run,
	});
}

const SETTLED: Scripted = {
	statusCode: 200,
	body: {
		outcome: 'settled',
		costMicroCents: 36_900,
		remaining: [
			{ limitId: 'daily', unit: 'requests', window: 'day', capacity: 10, remaining: 3 },
			{ limitId: 'monthly', unit: 'microCents', window: 'month', capacity: 9, remaining: 8 },
		],
	},
};

/** The least that LangChain's base class is for this node. */
class BaseModel {
	lc_namespace = ['langchain', 'chat_models', 'fake'];

	async *_streamResponseChunks(...given: unknown[]): AsyncGenerator {
		yield* given.slice(given.length);
		throw new Error('Not implemented.');
	}

	_generateUncached(): void {
		throw new Error('Only its name matters here');
	}
}

export type Message = { content: string; usage_metadata?: object; response_metadata?: object };

export function chatResult(message: Partial<Message> = {}): { generations: object[] } {
	const usage_metadata = { input_tokens: 12, output_tokens: 3 };

	return {
		generations: [{ text: '', message: { content: 'A fuse.', usage_metadata, ...message } }],
	};
}

/** A model that cannot stream, and counts how often it was really called. */
export class PlainModel extends BaseModel {
	calls = 0;
	model = 'fake-1';
	caller = { maxRetries: 6 };
	answer: () => Promise<unknown> = async () => chatResult();

	async _generate(...given: unknown[]): Promise<unknown> {
		this.calls += Math.min(1, given.length);
		return await this.answer();
	}

	getLsParams(): object {
		return { ls_provider: 'fake', ls_model_name: this.model };
	}
}

/** As Ollama's: `_generate` is made out of its own stream. */
export class StreamingModel extends PlainModel {
	chunks: Array<Partial<Message>> = [
		{ content: 'A ' },
		{ content: 'fuse.' },
		{ content: '', usage_metadata: { input_tokens: 12, output_tokens: 3 } },
	];
	beforeChunk: (index: number) => unknown = () => undefined;

	override async *_streamResponseChunks(...given: unknown[]): AsyncGenerator {
		this.calls += Math.min(1, given.length);
		for (const [index, message] of this.chunks.entries()) {
			await this.beforeChunk(index);
			yield { text: message.content, message };
		}
	}

	override async _generate(...given: unknown[]): Promise<unknown> {
		const parts: unknown[] = [];
		for await (const part of this._streamResponseChunks(...given)) parts.push(part);

		return { generations: parts.slice(-1) };
	}
}

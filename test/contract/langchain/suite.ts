import { ChatAnthropic } from '@langchain/anthropic';
import type { Runnable } from '@langchain/core/runnables';
import type { StreamEvent } from '@langchain/core/tracers/log_stream';
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai';
import { startTestService, type Api } from '../../support/service.ts';
import { FakeVendor } from './fakeVendor.ts';
import { ModelBench, type ModelRun } from './modelBench.ts';

/** A fake vendor and a real LLM Fuse service for the tests of one file. */
export class Suite {
	readonly vendor = new FakeVendor();
	private api: Api | undefined;
	private key = '';
	private benches = 0;

	constructor() {
		beforeAll(async () => {
			await this.vendor.listen();
			this.api = await startTestService();
			this.key = await this.api.makeKey('operate');
		});
		afterAll(async () => {
			await this.api?.service.close();
			await this.vendor.close();
		});
		beforeEach(() => this.vendor.reset());
	}

	get service(): Api {
		if (!this.api) throw new Error('The service is not started yet');
		return this.api;
	}

	/** A node of an execution of its own. */
	bench(run: Partial<ModelRun> = {}): ModelBench {
		this.benches += 1;

		return new ModelBench({
			credentials: { baseUrl: this.service.service.url, apiKey: this.key },
			executionId: `execution_${this.benches}`,
			...run,
		});
	}

	openAi(fields: ChatOpenAIFields = {}): ChatOpenAI {
		return new ChatOpenAI({
			model: 'gpt-4o-mini',
			apiKey: 'not-a-key',
			configuration: { baseURL: `${this.vendor.url}/v1` },
			...fields,
		});
	}

	anthropic(fields: ConstructorParameters<typeof ChatAnthropic>[0] & object = {}): ChatAnthropic {
		return new ChatAnthropic({
			model: 'claude-sonnet-4-5',
			apiKey: 'not-a-key',
			anthropicApiUrl: this.vendor.url,
			...fields,
		});
	}
}

/** Retries that tests need not wait for. */
export const AT_ONCE = { retry: { policy: { initialDelayMs: 0 } } };

export async function drain(parts: AsyncIterable<unknown>): Promise<number> {
	let count = 0;
	for await (const part of parts) count += part === undefined ? 0 : 1;

	return count;
}

/** How n8n's AI Agent reads a model that streams. */
export function eventsOf(consumer: Runnable, input: unknown): AsyncIterable<StreamEvent> {
	return consumer.streamEvents(input, { version: 'v2' });
}

import { ChatOpenAI } from '@langchain/openai';
import { createClient, type Client } from '../demo/client.ts';
import { systemClock } from '../nodes/FuseModel/clock.ts';
import { newMemory } from '../nodes/FuseModel/processMemory.ts';
import { supplyGuardedModel } from '../nodes/FuseModel/supplyGuardedModel.ts';
import { startAnsweringVendor } from './answeringVendor.ts';
import { percentile, rounded, type Figure } from './figure.ts';
import { modelContext } from './modelContext.ts';
import { startServiceProcess } from './serviceProcess.ts';

const CALLS = 1000;
const WARM_UP = 100;
const TENANT = 'bench';
const PROMPT = 'Say hi. '.repeat(50);

/** Whole call, and the part of it that LangChain spends in the model's own `_generate`: the request to the vendor. */
type Timing = { totalMs: number; requestMs: number };

/**
 * What an LLM Fuse Model adds to one call: LangChain's ChatOpenAI against a vendor that answers at once, with and without
 * the node, by turns, one call after another. The service is a process of its own with a budget, a rate and a limit of
 * calls under way to check. Added is what a guarded call takes around its request (ask, record, and what the node does
 * itself), less the median of what LangChain takes there without the node.
 */
export async function nodeOverhead(): Promise<Figure[]> {
	const vendor = await startAnsweringVendor();
	const service = await startServiceProcess();
	const client = createClient(service.url, service.key);
	try {
		await makeLimits(client);
		const plain = new TimedModel(vendor.url);
		const guarded = new TimedModel(vendor.url);
		const connected = { model: guarded.model, baseUrl: service.url, key: service.key };
		const context = modelContext({ ...connected, tenantId: TENANT });
		await supplyGuardedModel(context, 0, { clock: systemClock, memory: newMemory() });

		const without: Timing[] = [];
		const withNode: Timing[] = [];
		for (let i = 0; i < WARM_UP + CALLS; i++) {
			// Whoever goes first finds the colder caches.
			const first = i % 2 === 0 ? plain : guarded;
			const timings = [await first.call(), await (first === plain ? guarded : plain).call()];
			if (i < WARM_UP) continue;
			without.push(...timings.splice(i % 2, 1));
			withNode.push(...timings);
		}
		await assertAllRecorded(client);

		return figures(without, withNode);
	} finally {
		await service.stop();
		await vendor.close();
	}
}

class TimedModel {
	readonly model: ChatOpenAI;
	#requestMs = 0;

	constructor(baseURL: string) {
		const model = new ChatOpenAI({
			...{ apiKey: 'not-a-key', model: 'gpt-4o-mini', maxRetries: 0, configuration: { baseURL } },
		});
		const generate = model._generate.bind(model);
		model._generate = async (...given) => {
			const started = performance.now();
			const result = await generate(...given);
			this.#requestMs = performance.now() - started;
			return result;
		};
		this.model = model;
	}

	async call(): Promise<Timing> {
		const started = performance.now();
		await this.model.invoke(PROMPT);

		return { totalMs: performance.now() - started, requestMs: this.#requestMs };
	}
}

/** None of them is reached; the service has to look at all of them. */
async function makeLimits(client: Client): Promise<void> {
	const limits = [
		{ unit: 'microCents', window: 'day', capacity: 1e15 },
		{ unit: 'requests', window: '60s', capacity: 1e9 },
		{ unit: 'concurrency', capacity: 1e6 },
	];
	for (const limit of limits) {
		await client.post('/v1/limits', { ...limit, tenantId: TENANT, scope: 'tenant' });
	}
}

/** A node that gave up asking or recording would be fast. */
async function assertAllRecorded(client: Client): Promise<void> {
	const spend = await client.get<{ requests: number }>(`/v1/tenants/${TENANT}/spend?window=1h`);
	if (spend.requests !== WARM_UP + CALLS) throw new Error(`recorded: ${JSON.stringify(spend)}`);
}

function figures(without: readonly Timing[], withNode: readonly Timing[]): Figure[] {
	const around = ({ totalMs, requestMs }: Timing) => totalMs - requestMs;
	const ownMs = percentile(without.map(around), 50);
	const added = withNode.map((timing) => around(timing) - ownMs);
	const total = (timings: readonly Timing[], pct: number) =>
		rounded(
			percentile(
				timings.map(({ totalMs }) => totalMs),
				pct,
			),
		);

	return [
		{ figure: 'calls', value: withNode.length, unit: '1' },
		{ figure: 'p50_ms', value: rounded(percentile(added, 50)), unit: 'ms' },
		{ figure: 'p99_ms', value: rounded(percentile(added, 99)), unit: 'ms' },
		{ figure: 'max_ms', value: rounded(Math.max(...added)), unit: 'ms' },
		{ figure: 'call_without_p50_ms', value: total(without, 50), unit: 'ms' },
		// On a busy machine as far from its median as p99_ms: then that says more of the machine than of the node.
		{ figure: 'call_without_p99_ms', value: total(without, 99), unit: 'ms' },
		{ figure: 'call_with_p50_ms', value: total(withNode, 50), unit: 'ms' },
		{ figure: 'call_with_p99_ms', value: total(withNode, 99), unit: 'ms' },
	];
}

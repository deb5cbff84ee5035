import type { DemoCall } from './call.ts';
import { createLatency } from './latency.ts';
import { DEMO_MODELS } from './models.ts';
import { createRandom } from './random.ts';
import { DEFAULT_SEED } from './traffic.ts';

const MODEL = 'gpt-5.5';
const FIRST_CONTEXT = 600;
/** What one turn appends to the transcript: the answer, the tool's output and the next instruction. */
const CONTEXT_PER_TURN = 1_500;
/** The loop drops its oldest turns from here on, so it never fails of its own accord. */
const MAX_CONTEXT = 190_000;
/** Every agent starts two more each turn, until this many run. */
const MAX_AGENTS = 64;
const TURN_MS = 13_500;
/** The account's limit. It holds the loop at 12 to 14 USD a minute: 14,000 USD before the next daily bill. */
const INPUT_TOKENS_PER_MINUTE = 2_500_000;

/**
 * The incident: an agent that may call itself. Each turn every agent hands its whole transcript to two new ones, so
 * the calls double and the context grows, until the provider's token limit holds the spend level. A time stamp at
 * the top of the prompt keeps the cache from helping. No call fails and each of them is unremarkable.
 */
export function* runaway({
	tenantId,
	from,
	minutes = 3,
	seed = DEFAULT_SEED,
}: {
	tenantId: string;
	from: number;
	minutes?: number;
	seed?: string;
}): Generator<DemoCall> {
	const model = DEMO_MODELS[MODEL];
	const { provider, endpoint } = model;
	const random = createRandom(`${seed}/${tenantId}/runaway`);
	const latencyOf = createLatency(model, random);
	const endMs = minutes * 60_000;
	let count = 0;

	let turnStartMs = 0;
	for (let turn = 0; turnStartMs < endMs; turn++) {
		const input = Math.min(MAX_CONTEXT, FIRST_CONTEXT + turn * CONTEXT_PER_TURN);
		const agents = Math.min(MAX_AGENTS, 2 ** turn);
		const turnMs = Math.max(TURN_MS, ((agents * input) / INPUT_TOKENS_PER_MINUTE) * 60_000);

		for (let agent = 0; agent < agents; agent++) {
			const offsetMs = turnStartMs + ((agent + 0.5) * turnMs) / agents;
			if (offsetMs >= endMs) return;

			const at = Math.floor(from + offsetMs);
			const output = Math.round(random.between(100, 300));
			const latencyMs = latencyOf(offsetMs, { uncached: input, output });
			const id = `${tenantId}.runaway.${from}.${count++}`;
			yield {
				...{ id, at, tenantId, provider, model: MODEL, endpoint },
				...{ input, cached: 0, output, latencyMs, ok: true },
			};
		}
		turnStartMs += turnMs;
	}
}

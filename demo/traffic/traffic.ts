import { WEEK_MS } from '../../core/durations.ts';
import { arrivals } from './arrivals.ts';
import type { DemoCall } from './call.ts';
import { createLatency } from './latency.ts';
import { DEMO_MODELS } from './models.ts';
import { createRandom, type Random } from './random.ts';
import type { Tenant } from './tenants.ts';
import { quantileAt } from './traces.ts';

/** Share of calls that fail: 1.8 % in BurstGPT v1, 1.9 % in v2. */
const FAILED_SHARE = 0.02;
/** Providers cache prompts from about 1,000 tokens on; shorter ones share too little to matter. */
const MIN_CACHED_INPUT = 256;
/**
 * Share of a prompt that a prefix cache holds, as 21 quantiles: measured on the Mooncake conversation trace
 * (kvcache-ai/Mooncake FAST25, Apache-2.0), longest known prefix over input length.
 */
const CACHED_SHARE = [
	0.02, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.16, 0.22, 0.3, 0.36, 0.43, 0.5, 0.57, 0.64, 0.71, 0.79,
	0.86, 0.92, 0.98, 1,
];
const CACHED_SHARE_LEVELS = CACHED_SHARE.map((_, i) => i / (CACHED_SHARE.length - 1));

export const DEFAULT_SEED = 'llm-fuse';

/** The tenant's calls of the seven days before `until`, in order of time. */
export function week(
	tenant: Tenant,
	{ until, seed = DEFAULT_SEED }: { until: number; seed?: string },
): Generator<DemoCall> {
	const windows = tenant.traces.windowsPerWeek;
	return calls(tenant, {
		phase: 'week',
		from: until - WEEK_MS,
		until,
		fromWindow: 0,
		windows,
		seed,
	});
}

/** The minutes that follow the week: `from` is its `until`. */
export function live(
	tenant: Tenant,
	{ from, minutes, seed = DEFAULT_SEED }: { from: number; minutes: number; seed?: string },
): Generator<DemoCall> {
	const { windowsPerWeek: fromWindow, windowMinutes } = tenant.traces;
	const windows = Math.ceil(minutes / windowMinutes);
	const until = from + minutes * 60_000;
	return calls(tenant, { phase: 'live', from, until, fromWindow, windows, seed });
}

type Span = {
	phase: 'week' | 'live';
	from: number;
	until: number;
	fromWindow: number;
	windows: number;
	seed: string;
};

function* calls(tenant: Tenant, span: Span): Generator<DemoCall> {
	const { tenantId, model } = tenant;
	const { phase, from, until, fromWindow, windows, seed } = span;
	const { provider, endpoint } = DEMO_MODELS[model];
	const random = createRandom(`${seed}/${tenantId}/${phase}`);
	const latencyOf = createLatency(DEMO_MODELS[model], random);
	let count = 0;

	for (const { offsetMs, window } of arrivals(tenant, { fromWindow, windows, random })) {
		const at = Math.floor(from + offsetMs);
		if (at >= until) return;

		const ok = random.uniform() >= FAILED_SHARE;
		const { input, cached, output } = tokens(tenant, window, random);
		const written = ok ? output : 0;
		const latencyMs = latencyOf(offsetMs, { uncached: input - cached, output: written });
		const id = `${tenantId}.${phase}.${from}.${count++}`;
		yield {
			id,
			at,
			tenantId,
			provider,
			model,
			endpoint,
			input,
			cached,
			output: written,
			latencyMs,
			ok,
		};
	}
}

/** Input and output are drawn apart: in the public traces they are nearly independent (rank correlation under 0.1). */
function tokens(
	{ trace, traces, cacheableShare }: Tenant,
	window: number,
	random: Random,
): Pick<DemoCall, 'input' | 'cached' | 'output'> {
	const slot = Math.floor((window + traces.windowsBeforeFirstSlot) / traces.windowsPerTokenSlot);
	const draw = (quantiles: readonly number[] = []) =>
		Math.max(1, Math.round(quantileAt(traces.quantileLevels, quantiles, random.uniform())));
	const input = draw(trace.input[slot]);
	const output = draw(trace.output[slot]);

	const cacheable = input >= MIN_CACHED_INPUT && random.uniform() < cacheableShare;
	const share = cacheable ? quantileAt(CACHED_SHARE_LEVELS, CACHED_SHARE, random.uniform()) : 0;
	return { input, cached: Math.floor(input * share), output };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Estimates } from '../anomaly-service/src/stages/estimates.ts';
import { createPricer, type Pricer } from '../anomaly-service/src/stages/price.ts';
import { loadPriceBook } from '../anomaly-service/src/priceData.ts';
import type { SettledCall } from '../core/estimate.ts';
import { usdToMicroCents } from '../core/money.ts';
import { NO_USAGE, type Usage } from '../core/usage.ts';
import { loadTenants } from '../demo/traffic/tenants.ts';
import { week } from '../demo/traffic/traffic.ts';
import { percentile, rounded, type Figure } from './figure.ts';

/** A gateway that takes a model at its word holds this: gpt-4o writes up to 16,384 tokens, newer models 128,000. */
const MODEL_MAXIMUM = 16_384;
const DEFAULT_OUTPUT = 1000;
/** A Wednesday at noon; the traffic is the same whenever it is run. */
const UNTIL = Date.UTC(2026, 9, 14, 12);
const AZURE_FILES = ['AzureLLMInferenceTrace_code.csv', 'AzureLLMInferenceTrace_conv.csv'];

/** What would be held for a call whose prompt is known, by each way to guess. */
type Policy = (call: SettledCall) => Usage;

/**
 * What is held for a call against what the call then cost: learned from the calls before it, with the prompt's length
 * known and unknown, against 1,000 output tokens and against the model's maximum. On a week of the demo's tenants and,
 * when BENCH_TRACES names the folder of its CSV files, on the Azure LLM inference trace of 2023.
 */
export async function estimates(): Promise<Figure[]> {
	const ceiling = { input: usdToMicroCents(15), output: usdToMicroCents(75) };
	const pricer = createPricer(await loadPriceBook(), () => ceiling);
	const folder = process.env['BENCH_TRACES'];
	if (folder === undefined) {
		process.stderr.write(`skipped: the Azure trace (BENCH_TRACES names no folder)\n`);
	}
	return [
		...compare('week', demoWeek(), pricer),
		...(folder === undefined ? [] : compare('azure', azureTrace(folder), pricer)),
		...askTime(pricer),
	];
}

function compare(traffic: string, calls: readonly SettledCall[], pricer: Pricer): Figure[] {
	const learning = new Estimates(pricer);
	const fixed = (output: number): Policy => {
		return ({ input }) => ({ ...NO_USAGE, inputUncached: input, output });
	};
	const policies: Record<string, Policy> = {
		learned: (call) => learning.estimate({ ...asked(call), inputTokens: call.input }).usage,
		learned_blind: (call) => learning.estimate(asked(call)).usage,
		fixed_1000: fixed(DEFAULT_OUTPUT),
		model_maximum: fixed(MODEL_MAXIMUM),
	};
	const ratios = new Map(Object.keys(policies).map((name) => [name, new Array<number>()]));
	for (const call of calls) {
		const spent = costOf(call, usageOf(call), pricer);
		for (const [name, policy] of Object.entries(policies)) {
			ratios.get(name)?.push(costOf(call, policy(call), pricer) / spent);
		}
		learning.learn(call);
	}
	return [
		{ figure: `${traffic}_calls`, value: calls.length, unit: '1' },
		...[...ratios].flatMap(([name, held]) => heldFigures(`${traffic}_${name}`, held)),
	];
}

/** `held_p50`, `held_p95`: held over spent. `short`: share of the calls that cost more than was held. */
function heldFigures(prefix: string, ratios: readonly number[]): Figure[] {
	const short = ratios.filter((ratio) => ratio < 1).length / ratios.length;

	return [
		{ figure: `${prefix}_held_p50`, value: rounded(percentile(ratios, 50)), unit: '1' },
		{ figure: `${prefix}_held_p95`, value: rounded(percentile(ratios, 95)), unit: '1' },
		{ figure: `${prefix}_short`, value: rounded(short), unit: '1' },
	];
}

/** How long one estimate takes between calls that are learned from. */
function askTime(pricer: Pricer): Figure[] {
	const learning = new Estimates(pricer);
	const times: number[] = [];
	for (const call of demoWeek()) {
		const started = performance.now();
		learning.estimate({ ...asked(call), inputTokens: call.input });
		times.push((performance.now() - started) * 1000);
		learning.learn(call);
	}
	return [
		{ figure: 'ask_p50_us', value: rounded(percentile(times, 50)), unit: 'us' },
		{ figure: 'ask_p99_us', value: rounded(percentile(times, 99)), unit: 'us' },
	];
}

function asked({ tenantId, provider, model }: SettledCall) {
	return { tenantId, provider, model, at: UNTIL };
}

function usageOf({ input, cached, output }: SettledCall): Usage {
	return { ...NO_USAGE, inputUncached: input - cached, cacheRead: cached, output };
}

function costOf({ provider, model }: SettledCall, usage: Usage, pricer: Pricer): number {
	return pricer.priceUsage({ provider, model, usage, at: UNTIL }).costMicroCents;
}

/** The calls of all tenants that succeeded, in order of time. */
function demoWeek(): SettledCall[] {
	return loadTenants()
		.flatMap((tenant) => [...week(tenant, { until: UNTIL })])
		.filter(({ ok }) => ok)
		.sort((a, b) => a.at - b.at);
}

/** Two services, coding and conversation, an hour of each; the trace says nothing of caching. */
function azureTrace(folder: string): SettledCall[] {
	return AZURE_FILES.flatMap((file) => {
		const [, ...lines] = readFileSync(join(folder, file), 'utf8').trim().split('\n');
		return lines.map((line) => {
			const [, input, output] = line.split(',').map(Number);
			if (input === undefined || output === undefined) throw new Error(`${file}: ${line}`);
			return { tenantId: file, provider: 'openai', model: 'gpt-4o', input, cached: 0, output };
		});
	});
}

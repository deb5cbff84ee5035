import { WEEK_MS } from '../../../core/durations.ts';
import {
	expectedUsage,
	NOTHING_LEARNED,
	type CallOutline,
	type LearnedUsage,
	type SettledCall,
} from '../../../core/estimate.ts';
import type { CallSize } from '../../../core/limits.ts';
import type { MicroCents } from '../../../core/money.ts';
import { RecentSample } from '../../../core/recentSample.ts';
import { inputTokens, outputTokens, type Usage } from '../../../core/usage.ts';
import type { Database } from '../ports/database.ts';
import type { UsageRow } from '../ports/records.ts';
import type { NamedModel, Pricer } from './price.ts';
import { callOfRow } from './usageRow.ts';

export type EstimateAsk = CallOutline & {
	tenantId: string;
	/** When the call is to be made, epoch ms: prices change by day and hour. */
	at: number;
	/** A call that names no model has no price either: it is taken at the ceiling. */
	provider?: string | undefined;
	model?: string | undefined;
	/** The caller's own estimate; wins over ours. */
	microCents?: MicroCents | undefined;
};

export type Estimate = {
	usage: Usage;
	size: CallSize;
	/** Whose calls it was learned from: this tenant's, everybody's of this model, none's; `caller` named the cost. */
	basis: 'caller' | 'tenant' | 'model' | 'default';
	/** `ceiling`: some of it has no price. */
	priced: 'price' | 'ceiling';
};

/** The 95th percentile of 200 is the tenth largest: steady enough, and a change of prompts has worn in 200 calls later. */
const SAMPLE_SIZE = 200;
/** With fewer, the 95th percentile is simply the largest. */
const MIN_SAMPLE = 20;
/** A full one takes 3 kB, so at most 60 MB; the one that learned nothing for longest makes room. */
const MAX_TENANT_MODELS = 20_000;
/** Twice the price list, and 6 MB. */
const MAX_MODELS = 2000;
/** Older calls do not tell what the next one will be like. */
const LEARN_WITHIN_MS = WEEK_MS;
/** At most 80,000 calls, a second of a start. Quieter tenants begin with what was learned of their models. */
const RESTORED_TENANTS = 200;
const RESTORED_CALLS_PER_TENANT = 400;

/** What calls of one model used lately. */
type Experience = { input: RecentSample; output: RecentSample; cachedPermille: RecentSample };
type Learned = { basis: 'tenant' | 'model' | 'default'; learned: LearnedUsage };

/** What a call will use and cost, by what calls like it did. Nothing here waits: it is asked before every call. */
export class Estimates {
	readonly #pricer: Pricer;
	readonly #ofTenants = new Map<string, Experience>();
	readonly #ofModels = new Map<string, Experience>();

	constructor(pricer: Pricer) {
		this.#pricer = pricer;
	}

	estimate(ask: EstimateAsk): Estimate {
		const { tenantId, provider = '', model = '', microCents, at } = ask;
		const { basis, learned } = this.#learned(tenantId, this.#pricer.modelOf(provider, model));
		const usage = expectedUsage(ask, learned);
		const tokens = {
			inputTokens: inputTokens(usage),
			cacheReadTokens: usage.cacheRead,
			outputTokens: outputTokens(usage),
		};
		if (microCents !== undefined) {
			return { usage, size: { ...tokens, microCents }, basis: 'caller', priced: 'price' };
		}
		const call = { provider, model, usage, at };
		const { costMicroCents, costSource } = this.#pricer.priceUsage(call);
		const priced = costSource === 'ceiling' ? 'ceiling' : 'price';

		return { usage, size: { ...tokens, microCents: costMicroCents }, basis, priced };
	}

	learn(call: SettledCall): void {
		const { name } = this.#pricer.modelOf(call.provider, call.model);
		teach(experienceOf(this.#ofTenants, tenantKey(call.tenantId, name), MAX_TENANT_MODELS), call);
		teach(experienceOf(this.#ofModels, name, MAX_MODELS), call);
	}

	/** Reads back from the database what a restart forgot. */
	async restore(database: Database, now: number): Promise<void> {
		const calls = await database.call('recent_usage', {
			since: new Date(now - LEARN_WITHIN_MS).toISOString(),
			tenants: RESTORED_TENANTS,
			callsPerTenant: RESTORED_CALLS_PER_TENANT,
		});
		for (const [tenantId, provider, model, input, cached, output] of calls) {
			this.learn({ tenantId, provider, model, input, cached, output });
		}
	}

	#learned(tenantId: string, { name, writes }: NamedModel): Learned {
		const own = this.#ofTenants.get(tenantKey(tenantId, name));
		if (own && isEnough(own)) return { basis: 'tenant', learned: summary(own) };
		const everybodys = this.#ofModels.get(name);
		if (everybodys && isEnough(everybodys)) {
			// How much is in the cache is a matter of a tenant's own prompts.
			return { basis: 'model', learned: { ...summary(everybodys), cachedPermille: null } };
		}
		return { basis: 'default', learned: writes ? NOTHING_LEARNED : NOTHING_WRITTEN };
	}
}

const NOTHING_WRITTEN: LearnedUsage = { ...NOTHING_LEARNED, outputTokens: 0 };

/** What a recorded call teaches; null when it failed, used nothing, is a guess itself, or is too old. */
export function settledCallOf(row: UsageRow, now: number): SettledCall | null {
	const { at, input, cached, output, failed } = callOfRow(row);
	if (row.estimated || failed || input + output === 0 || at < now - LEARN_WITHIN_MS) return null;

	return {
		...{ tenantId: row.tenant_id, provider: row.provider, model: row.model },
		...{ input, cached, output },
	};
}

/** Ids have no control characters, so that no two tenants share a key. */
function tenantKey(tenantId: string, modelName: string): string {
	return `${tenantId}\n${modelName}`;
}

/** The one of `key`, now the latest to learn; a new one takes the place of the earliest. */
function experienceOf(all: Map<string, Experience>, key: string, max: number): Experience {
	const known = all.get(key);
	if (known) all.delete(key);
	const [earliest] = all.size < max ? [] : all.keys();
	if (earliest !== undefined) all.delete(earliest);
	const experience = known ?? newExperience();
	all.set(key, experience);

	return experience;
}

function newExperience(): Experience {
	const size = SAMPLE_SIZE;
	return {
		input: new RecentSample({ size, pct: 95 }),
		output: new RecentSample({ size, pct: 95 }),
		cachedPermille: new RecentSample({ size, pct: 25 }),
	};
}

function teach(experience: Experience, { input, cached, output }: SettledCall): void {
	experience.input.add(input);
	experience.output.add(output);
	experience.cachedPermille.add(input === 0 ? 0 : Math.floor((1000 * cached) / input));
}

function isEnough({ output }: Experience): boolean {
	return output.count >= MIN_SAMPLE;
}

function summary({ input, output, cachedPermille }: Experience): LearnedUsage {
	return {
		inputTokens: input.percentile(),
		outputTokens: output.percentile(),
		cachedPermille: cachedPermille.percentile(),
	};
}

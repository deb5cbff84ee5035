import type { Levels } from '../../../core/behaviour/levels.ts';
import { totalHealth, type HealthSums } from '../../../core/health/healthWindow.ts';
import { mergeLatencies, type Latencies } from '../../../core/health/latencies.ts';
import { slowdownOf } from '../../../core/health/slowdown.ts';
import type { ProviderHealth, ProviderShare } from '../detectors/detector.ts';
import { HEALTH_MINUTES } from '../detectors/healthEvidence.ts';
import type { TenantActivity } from './tenantActivity.ts';

type Tallied = ProviderShare & { activity: TenantActivity };

/** How providers answer all tenants, put together tenant by tenant within one tick. */
export class ProviderTally {
	readonly #asOf: number;
	readonly #providers = new Map<string, Map<string, Tallied>>();

	constructor(asOf: number) {
		this.#asOf = asOf;
	}

	add(tenantId: string, activity: TenantActivity, levels: Levels | undefined): void {
		const byProvider = new Map<string, Map<string, HealthSums>>();
		for (const [modelKey, part] of activity.health.at(this.#asOf, HEALTH_MINUTES)) {
			if (part.provider === undefined) continue;
			const parts = byProvider.get(part.provider) ?? new Map<string, HealthSums>();
			parts.set(modelKey, part);
			byProvider.set(part.provider, parts);
		}
		for (const [provider, parts] of byProvider) {
			const tenants = this.#providers.get(provider) ?? new Map<string, Tallied>();
			this.#providers.set(provider, tenants);
			const sums = totalHealth(parts.values());
			const slowdown = slowdownOf(parts, levels?.latencyLines);
			tenants.set(tenantId, { tenantId, sums, slowdown, activity });
		}
	}

	providers(): ProviderHealth[] {
		return [...this.#providers].map(([provider, tenants]) => ({
			provider,
			shares: [...tenants.values()],
			latencies: (tenantIds) => this.#latencies(provider, tenantIds),
		}));
	}

	#latencies(provider: string, tenantIds: readonly string[]): Latencies {
		const all: Latencies = new Map();
		for (const tenantId of tenantIds) {
			const health = this.#providers.get(provider)?.get(tenantId)?.activity.health;
			const isOfProvider = (part: HealthSums) => part.provider === provider;
			if (health) mergeLatencies(all, health.latencies(this.#asOf, HEALTH_MINUTES, isOfProvider));
		}
		return all;
	}
}

import { labelsOf, type Labels } from './labels.ts';
import { peerScores } from './peers/index.ts';
import { runProduct } from './product/run.ts';
import type { ProductStore } from './product/store.ts';
import { makeTenant, type TenantPlan } from './tenant.ts';

/** Names of the product's scores among those of the peers: with and without what a tenant's own alerts made of its limit. */
export const PRODUCT = 'llm_fuse';
export const UNADAPTED = 'llm_fuse_unadapted';

/** One tenant with the scores of all detectors, by their names. */
export type ScoredTenant = { labels: Labels; scores: ReadonlyMap<string, Float32Array> };

/** Makes a tenant and lets every detector look at it; `peers` false: only the product. */
export async function scoreTenant(
	plan: TenantPlan,
	{ store, peers }: { store: ProductStore; peers: boolean },
): Promise<ScoredTenant> {
	const tenant = makeTenant(plan);
	const product = await runProduct(tenant, `${plan.seed}/${plan.id}`, store);
	const scores = peers ? peerScores(tenant.requests) : new Map<string, Float32Array>();
	scores.set(PRODUCT, product.strength);
	scores.set(UNADAPTED, product.unadapted);

	return { labels: labelsOf(plan.seed, tenant), scores };
}

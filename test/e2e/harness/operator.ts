import type { World } from './startWorld.ts';

export interface Customer {
	tenantId: string;
	keys: string[];
	subscriptions: string[];
}

/** Makes a tenant a paying customer of the operator: API keys, a Stripe customer and its subscriptions. */
export async function addCustomer(
	{ service, database, stripe }: World,
	customer: Customer,
): Promise<void> {
	const { tenantId, keys, subscriptions } = customer;
	for (const key of keys) {
		await database.query(
			'insert into public.tenant_api_keys (key_id, tenant_id, key_hash) values ($1, $2, $3)',
			[key, tenantId, `hash of ${key}`],
		);
	}
	const stripeCustomer = `cus_${tenantId}`;
	await service.put(`/v1/tenants/${encodeURIComponent(tenantId)}/targets`, { stripeCustomer });
	for (const subscription of subscriptions) stripe.addSubscription(subscription, stripeCustomer);
}

/** The keys of a tenant that still work. */
export async function activeKeys(
	{ database }: Pick<World, 'database'>,
	tenantId: string,
): Promise<string[]> {
	const { rows } = await database.query<{ key_id: string }>(
		`select key_id from public.tenant_api_keys
		  where tenant_id = $1 and revoked_at is null order by key_id`,
		[tenantId],
	);
	return rows.map((row) => row.key_id);
}

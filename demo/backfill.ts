import type { Client } from './client.ts';
import { toUsageEvent } from './traffic/call.ts';
import type { Tenant } from './traffic/tenants.ts';
import { week } from './traffic/traffic.ts';

const BATCH = 1000;

/** Sends the week before `until` through the front door, then lets the service learn each tenant's normal. */
export async function backfill(
	client: Client,
	tenants: readonly Tenant[],
	until: number,
): Promise<number> {
	let sent = 0;
	for (const tenant of tenants) {
		const events = [...week(tenant, { until })].map(toUsageEvent);
		for (let at = 0; at < events.length; at += BATCH) {
			await client.post('/v1/usage', events.slice(at, at + BATCH));
		}
		sent += events.length;
	}
	return sent;
}

export async function learnBaselines(client: Client, tenants: readonly Tenant[]): Promise<number> {
	let snapshots = 0;
	for (const { tenantId } of tenants) {
		const path = `/v1/baselines/${encodeURIComponent(tenantId)}/refresh`;
		snapshots += (await client.post<{ snapshots: number }>(path)).snapshots;
	}
	return snapshots;
}

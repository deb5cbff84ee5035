import type { DemoModelName } from './models.ts';
import { readTraces, type ClientTrace, type Traces } from './traces.ts';

/** A made-up tenant with the real traffic of one client, scaled to a mean of `callsPerMinute` over the week. */
export type Tenant = {
	tenantId: string;
	model: DemoModelName;
	callsPerMinute: number;
	/** Share of calls that start with a prompt the provider has cached. */
	cacheableShare: number;
	trace: ClientTrace;
	traces: Traces;
};

/** The tenant whose agents run away. Its live hour has about 3 calls a minute. */
export const RUNAWAY_TENANT_ID = 'org_98765_alpha';

/** About 33,000 calls a week together. The size of the model follows the size of the client's real one. */
const TENANTS: readonly (Omit<Tenant, 'trace' | 'traces'> & { client: string })[] = [
	tenant('acme-support', 'm-small/39', 'gpt-4o-mini', 1.3, 0.7),
	tenant('hooli-chat', 'm-small/26', 'gpt-4o-mini', 0.2, 0.2),
	tenant('globex-search', 'm-small/36', 'gpt-4o-mini', 0.16, 0.5),
	tenant('umbrella-triage', 'm-mid/14', 'gpt-4o', 0.13, 0.6),
	tenant('initech-reports', 'm-mid/98', 'claude-sonnet-4-5', 0.06, 0.3),
	tenant('stark-copilot', 'm-large/56', 'claude-opus-4-5', 0.1, 0.8),
	tenant('wayne-legal', 'm-large/4', 'claude-sonnet-4-5', 0.07, 0.4),
	tenant(RUNAWAY_TENANT_ID, 'm-mid/64', 'gpt-5.5', 1.25, 0.5),
];

export function loadTenants(): Tenant[] {
	const traces = readTraces();
	return TENANTS.map(({ client, ...rest }) => {
		const trace = traces.clients.find(({ id }) => id === client);
		if (!trace) throw new Error(`servegen.json has no client ${client}`);
		return { ...rest, trace, traces };
	});
}

function tenant(
	tenantId: string,
	client: string,
	model: DemoModelName,
	callsPerMinute: number,
	cacheableShare: number,
): (typeof TENANTS)[number] {
	return { tenantId, client, model, callsPerMinute, cacheableShare };
}

import { randomUUID } from 'node:crypto';
import { MICRO_CENTS_PER_USD } from '../../../core/money.ts';
import { poll } from './poll.ts';
import type { Incident } from './startService.ts';
import type { World } from './startWorld.ts';

/** Reports one call of 12 USD, which alone breaks the default cap of 10 USD per minute. */
export async function overspend({ service }: Pick<World, 'service'>, tenantId: string) {
	await service.post('/v1/usage', {
		specversion: '1.0',
		id: randomUUID(),
		source: 'end-to-end',
		type: 'com.llm-fuse.usage.recorded.v1',
		subject: tenantId,
		time: new Date().toISOString(),
		data: {
			provider: 'openai',
			model: 'gpt-4o',
			endpoint: 'api.openai.com/v1/chat/completions',
			usage: { inputUncached: 1_000_000, output: 100_000 },
			costMicroCents: 12 * MICRO_CENTS_PER_USD,
		},
	});
}

/** Breaks the cap with one call, and returns the incident. */
export async function breach(world: Pick<World, 'service'>, tenantId: string): Promise<Incident> {
	await overspend(world, tenantId);
	return incidentOf(world, tenantId);
}

/** Waits until a tenant has an incident. */
export function incidentOf(
	{ service }: Pick<World, 'service'>,
	tenantId: string,
): Promise<Incident> {
	return poll({ what: `an incident of ${tenantId}` }, async () => {
		const [incident] = await service.incidentsOf(tenantId);
		return incident;
	});
}

/** A containment step, as GET /v1/actions shows it, as far as it is looked at here. */
export interface Step {
	actionId: string;
	action: string;
	vendor: string;
	targetId: string;
	state: string;
	outcome: string | null;
	detail: string | null;
	error: string | null;
	restore: Record<string, unknown> | null;
	reversible: boolean;
	attempt: number;
	reportedAt: string | null;
	sequence: number;
}

/** The steps of an incident, in the order of the ladder. */
export async function stepsOf(
	{ service }: Pick<World, 'service'>,
	{ incidentId }: Pick<Incident, 'incidentId'>,
): Promise<Step[]> {
	return (await service.get<{ actions: Step[] }>(`/v1/actions?incidentId=${incidentId}`)).actions;
}

/** Waits until no step of an incident is on its way any more, and returns them. */
export function settled(
	world: Pick<World, 'service'>,
	incident: Pick<Incident, 'incidentId'>,
	timeoutMs = 30_000,
): Promise<Step[]> {
	return poll({ what: `the steps of ${incident.incidentId}`, timeoutMs }, async () => {
		const steps = await stepsOf(world, incident);
		return steps.some(({ state }) => state === 'requested') ? undefined : steps;
	});
}

/** A step in one line: `revokeKey postgres acme done applied`. */
export const line = ({ action, vendor, targetId, state, outcome }: Step): string =>
	[action, vendor, targetId, state, outcome ?? ''].join(' ').trimEnd();

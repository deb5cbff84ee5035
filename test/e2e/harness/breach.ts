import { randomUUID } from 'node:crypto';
import { MICRO_CENTS_PER_USD } from '../../../core/money.ts';
import { poll } from './poll.ts';
import type { Incident } from './startService.ts';
import type { World } from './startWorld.ts';

/** Reports one call of 12 USD, which alone breaks the default cap of 10 USD per minute, and returns the incident. */
export async function breach({ service }: World, tenantId: string): Promise<Incident> {
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
	return poll({ what: `an incident of ${tenantId}` }, async () => {
		const [incident] = await service.incidentsOf(tenantId);
		return incident;
	});
}

/** Waits until the kill switch has reported all the steps it is going to. */
export function reported(
	{ service }: World,
	{ tenantId }: Incident,
	steps: number,
): Promise<Incident['actions']> {
	return poll({ what: `${steps} reported steps for ${tenantId}` }, async () => {
		const [incident] = await service.incidentsOf(tenantId);
		return incident && incident.actions.length >= steps ? incident.actions : undefined;
	});
}

import type { MicroCents } from '../core/money.ts';
import type { Client } from './client.ts';
import type { ReplayClock } from './replayClock.ts';
import { toUsageEvent, type DemoCall } from './traffic/call.ts';

export type Played = {
	call: DemoCall;
	isRunaway: boolean;
	/** False: the gate refused it, so the vendor was never called and nothing was spent. */
	allowed: boolean;
	costMicroCents: MicroCents;
	/** performance.now() when the usage left for the service. */
	reportedAt: number;
};

type Decision = { decision: 'allow'; reservationId: string } | { decision: 'reject' };

/** Plays calls as workflows do: ask before, report after, at the replayed time. */
export async function* play(
	client: Client,
	clock: ReplayClock,
	calls: readonly { call: DemoCall; isRunaway: boolean }[],
): AsyncGenerator<Played> {
	for (const { call, isRunaway } of calls) {
		await clock.reach(call.at);
		const { tenantId, provider, model, input } = call;
		const decision = await client.post<Decision>('/v1/reservations', {
			tenantId,
			provider,
			model,
			inputTokens: input,
		});
		if (decision.decision === 'reject') {
			yield { call, isRunaway, allowed: false, costMicroCents: 0, reportedAt: performance.now() };
			continue;
		}
		const reportedAt = performance.now();
		const { costMicroCents } = await client.post<{ costMicroCents: MicroCents }>(
			`/v1/reservations/${decision.reservationId}/settle`,
			toUsageEvent(call),
		);
		yield { call, isRunaway, allowed: true, costMicroCents, reportedAt };
	}
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prompts } from './doubles/openAi.ts';
import { poll } from './harness/poll.ts';
import type { TenantState } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';

export function modelFailureReleasesTheHold(world: World): void {
	describe('a model call that fails', () => {
		it('answers 502 and gives the held budget back', async () => {
			const answer = await world.callModel('gamma', prompts.failing);

			assert.equal(answer.status, 502);
			assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
			const problem: { status: number; upstreamStatus: number } = await answer.json();
			assert.equal(problem.status, 502);
			assert.equal(problem.upstreamStatus, 500);
			const limits = await poll({ what: 'the hold of gamma to end' }, async () => {
				const state = await world.service.get<TenantState>('/v1/tenants/gamma/state');
				return state.limits.every(({ held }) => held === 0) ? state.limits : undefined;
			});
			assert.ok(limits.length > 0);
		});
	});
}

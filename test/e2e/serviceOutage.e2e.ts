import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prompts } from './doubles/openAi.ts';
import type { World } from './harness/startWorld.ts';

export function serviceOutageClosesTheGate(world: World): void {
	describe('a service that is down', () => {
		it('closes the gate, says why and lets no model call through', async () => {
			const callsBefore = world.openAi.callCount();
			await world.service.stop();

			const answer = await world.callModel('beta', prompts.calm);

			assert.equal(answer.status, 503);
			const problem: { detail: string } = await answer.json();
			assert.match(problem.detail, /LLM Fuse/);
			assert.equal(world.openAi.callCount(), callsBefore);
		});
	});
}

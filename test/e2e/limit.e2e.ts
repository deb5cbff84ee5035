import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prompts } from './doubles/openAi.ts';
import { REQUESTS_PER_MINUTE, type World } from './harness/startWorld.ts';

export function limitSaysWhenToComeBack(world: World): void {
	describe('a limit that is used up', () => {
		it('refuses the next call with the limit and the time to wait', async () => {
			for (let call = 1; call <= REQUESTS_PER_MINUTE; call += 1) {
				assert.equal((await world.callModel('epsilon', prompts.calm)).status, 200);
			}
			const callsBefore = world.openAi.callCount();

			const answer = await world.callModel('epsilon', prompts.calm);

			assert.equal(answer.status, 429);
			// A rolling minute counts in slices of a second, so the first call is free again up to a second late.
			const seconds = Number(answer.headers.get('retry-after'));
			assert.ok(seconds >= 1 && seconds <= 61, `Retry-After ${seconds}`);
			const problem: { reasons: Array<{ code: string; capacity: number }> } = await answer.json();
			assert.equal(problem.reasons[0]?.code, 'limitExceeded');
			assert.equal(problem.reasons[0]?.capacity, REQUESTS_PER_MINUTE);
			assert.equal(world.openAi.callCount(), callsBefore);
		});
	});
}

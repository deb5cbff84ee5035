import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { containmentTimes } from './harness/containmentTimes.ts';
import { percentile, writeFigures } from './harness/figures.ts';
import type { World } from './harness/startWorld.ts';

const INCIDENTS = 12;
/** Generous: what a person would still call at once. The figures show how much shorter it is. */
const BOUND_MS = 5_000;

export function timeToAlert(world: World): void {
	describe('time to alert', () => {
		it('posts every alert within seconds of the event that broke the cap', async (context) => {
			const times = await containmentTimes(world, { incidents: INCIDENTS, prefix: 'timed' });

			const slack = times.map(({ slackPosted }) => slackPosted);
			const telegram = times.map(({ telegramPosted }) => telegramPosted);
			const figures = Object.entries({ chat_slack: slack, chat_telegram: telegram }).flatMap(
				([name, values]) =>
					[50, 95].map((percent) => ({
						bench: 'time-to-alert',
						figure: `${name}_p${percent}_ms`,
						value: percentile(values, percent),
						unit: 'ms',
					})),
			);
			writeFigures(figures);
			for (const { figure, value } of figures) context.diagnostic(`${figure} ${value}`);
			assert.ok(Math.max(...slack, ...telegram) < BOUND_MS);
		});
	});
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { breach, reported } from './harness/breach.ts';
import { percentile, writeFigures } from './harness/figures.ts';
import type { World } from './harness/startWorld.ts';

const INCIDENTS = 12;
/** Generous: what a person would still call at once. The figures show how much shorter it is. */
const BOUND_MS = 5_000;

export function timeToAlert(world: World): void {
	describe('time to alert', () => {
		it('posts every alert within seconds of the event that broke the cap', async (context) => {
			const { slack, telegram } = world;
			const slackMs: number[] = [];
			const telegramMs: number[] = [];

			for (let n = 1; n <= INCIDENTS; n += 1) {
				const posted = { slack: slack.posts.length, telegram: telegram.posts.length };
				const incident = await breach(world, `timed-${n}`);
				await reported(world, incident, 4);
				const openedAt = Date.parse(incident.openedAt);
				const [slackPost] = slack.posts.slice(posted.slack);
				const [telegramPost] = telegram.posts.slice(posted.telegram);
				assert.ok(slackPost && telegramPost);
				slackMs.push(Math.round(slackPost.receivedAt - openedAt));
				telegramMs.push(Math.round(telegramPost.receivedAt - openedAt));
			}

			const figures = Object.entries({ chat_slack: slackMs, chat_telegram: telegramMs }).flatMap(
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
			assert.ok(Math.max(...slackMs, ...telegramMs) < BOUND_MS);
		});
	});
}

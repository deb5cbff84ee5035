import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { USAGE_EVENT_TYPE } from '../../core/usageEvent.ts';
import { findChromium, openPage, type Page } from './harness/openEditor.ts';
import { poll } from './harness/poll.ts';
import { startService, type RunningService } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const TENANT = 'Tenant <b>of</b> the page';

/** A call in a week that is like every other: one in ten minutes. */
function usualCall(minutesAgo: number) {
	return usage(`usual-${minutesAgo}`, minutesAgo, { inputUncached: 400, output: 60 });
}

function usage(id: string, minutesAgo: number, tokens: { inputUncached: number; output: number }) {
	return {
		...{ specversion: '1.0', type: USAGE_EVENT_TYPE, source: 'e2e', id },
		subject: TENANT,
		time: new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString(),
		data: {
			...{ provider: 'openai', model: 'gpt-4o-mini', latencyMs: 700, statusCode: 200 },
			usage: {
				...{ cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
				...{ inputAudio: 0, reasoning: 0, outputAudio: 0, ...tokens },
			},
		},
	};
}

/** The page of a service of its own: choose a tenant, watch it leave its normal, and replay its past. */
export function behaviourIsSeen(world: Pick<World, 'folder'>): void {
	const executablePath = findChromium();
	const skip = executablePath === undefined && 'no chromium on this machine';

	describe('the page', { skip }, () => {
		const folder = join(world.folder, 'page');
		const faults: string[] = [];
		const foreign: string[] = [];
		let service: RunningService | undefined;
		let opened: { page: Page; close: () => Promise<void> } | undefined;
		const page = () => opened?.page ?? assert.fail('the browser is open while a test runs only');
		const running = () => service ?? assert.fail('the service is up while a test runs only');
		const textOf = async (selector: string) =>
			(await page().locator(selector).allInnerTexts()).join(' ');
		const waitForText = (selector: string, pattern: RegExp) =>
			poll({ what: `${selector} to read ${pattern}` }, async () =>
				pattern.test(await textOf(selector)) ? true : undefined,
			);

		before(async () => {
			mkdirSync(folder, { recursive: true });
			service = await startService(folder, { FUSE_SCORE_INTERVAL_MS: '1000' });
			const week = Array.from({ length: 8 * DAY_MINUTES }, (_, minute) => minute)
				.filter((minute) => minute % 10 === 5)
				.map(usualCall);
			for (let at = 0; at < week.length; at += 500) {
				await service.post('/v1/usage', week.slice(at, at + 500));
			}
			await service.post(`/v1/baselines/${encodeURIComponent(TENANT)}/refresh`, {});
			const { key } = await service.post<{ key: string }>('/v1/service-keys', {
				...{ name: 'page', role: 'read' },
			});
			opened = await openPage({ executablePath: executablePath ?? '', folder });
			const { origin } = new URL(service.baseUrl);
			page().on('console', (message) => {
				if (message.type?.() === 'error') faults.push(message.text?.() ?? '');
			});
			page().on('pageerror', (error) => faults.push(error.message ?? ''));
			page().on('request', (request) => {
				if (request.url?.().startsWith(origin) === false) foreign.push(request.url());
			});
			await page().goto(`${service.baseUrl}/#key=${key}`);
		});
		after(async () => {
			await opened?.close();
			await service?.stop();
		});

		it('lists the tenants, and takes the key out of the address', async () => {
			await page().locator('#tenants a').waitFor();

			assert.equal(await textOf('#tenants a'), TENANT);
			assert.equal(await page().evaluate('location.hash'), '');
		});

		it('shows a tenant that was chosen with the keyboard: its picture and its distance', async () => {
			await page().evaluate(`document.querySelector('#tenants a').focus()`);
			await page().keyboard.press('Enter');
			await page().locator('#map canvas').waitFor();

			assert.equal(await textOf('#tenantName'), TENANT);
			await waitForText('#live', /^ ?0\.\d\d × limit/);
			await waitForText('#mapNote', /A projection: 64 dimensions .* Baseline 1\./);
			await page().locator('#distance canvas').waitFor();
		});

		it('shows that the tenant leaves its normal within seconds, without a reload', async () => {
			await page().evaluate('window.openedOnce = true');
			const loop = Array.from({ length: 80 }, (_, call) =>
				usage(`loop-${call}`, 0, { inputUncached: 90_000, output: 16_000 }),
			);
			await running().post('/v1/usage', loop);

			await waitForText('#live', /(?:[1-9]|\d\d)\.\d\d × limit/);
			await waitForText('#mapReadout', /[1-9]\d* snapshots?, [1-9]\d* beyond the limit/);
			await waitForText('#moved', /above the usual/);
			await page().locator('#moments li:nth-child(2) button').click();
			await waitForText('#whyTitle', /^What moved, (?!now)/);
			assert.equal(await page().evaluate('window.openedOnce'), true);
		});

		it('replays the past with a lower cap, and says what it would have done', async () => {
			await page().locator('[name=spendCapUsdPerMinute]').fill('0.5');
			await page().locator('#backtest button').click();
			await page().locator('#backtestResult .summary').waitFor();

			const result = await textOf('#backtestResult');
			assert.match(result, /The change would have opened the breaker 1 more time/);
			assert.match(result, /Spend cap\s+opened the breaker/);
		});

		it('goes back to all tenants, with nothing asked for elsewhere and no fault on the way', async () => {
			await page().locator('nav a').click();
			await page().locator('#tenants a').waitFor();

			assert.deepEqual({ faults, foreign }, { faults: [], foreign: [] });
		});
	});
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { usageEvent } from '../support/rows.ts';
import { dayName } from './doubles/reportPages.ts';
import { ADMIN_KEYS, startVendorReports, type VendorReports } from './doubles/vendorReports.ts';
import { importTemplate } from './harness/importTemplate.ts';
import type { World } from './harness/startWorld.ts';

const DAY_MS = 86_400_000;
const MICRO_CENTS_PER_USD = 100_000_000;
const SONNET = 'claude-sonnet-4-5-20250929';

/** Answer of GET /v1/reconciliations, as far as it is looked at here. */
interface Kept {
	lines: Array<{ provider: string; day: string; keyId: string; finding: string | null }>;
}

export function vendorBillsAreCompared(world: World): void {
	describe('vendor bills, compared every day', () => {
		const { service, n8n, slack } = world;
		const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
		const daysAgo = (days: number) => dayName(today - days * DAY_MS);
		let vendors: VendorReports;
		let workflowId: string;
		let runs = 0;

		const record = (days: number, provider: string, usd: number, more: object = {}) =>
			usageEvent({
				subject: 'billed',
				time: new Date(today - days * DAY_MS + DAY_MS / 2).toISOString(),
				data: { provider, costMicroCents: usd * MICRO_CENTS_PER_USD, ...more },
			});
		const importIt = async (settings: Record<string, string>) => {
			const { openAiBaseUrl, anthropicBaseUrl, openRouterBaseUrl } = vendors;
			return importTemplate(n8n, {
				file: 'vendor-reconciliation.json',
				credentials: {
					...world.credentials,
					openAiApi: await n8n.createCredential('openAiApi', { apiKey: ADMIN_KEYS.openAi }),
					anthropicApi: await n8n.createCredential('anthropicApi', {
						apiKey: ADMIN_KEYS.anthropic,
					}),
					openRouterApi: await n8n.createCredential('openRouterApi', {
						apiKey: ADMIN_KEYS.openRouter,
					}),
				},
				settings: {
					...{
						fuseServiceUrl: service.baseUrl,
						openAiBaseUrl,
						anthropicBaseUrl,
						openRouterBaseUrl,
					},
					...{ slackBaseUrl: slack.baseUrl, slackChannel: slack.channel },
					// One more than a page has.
					lookBackDays: '8',
					keyMap: JSON.stringify({ key_sales: 'sales', apikey_support: 'support' }),
					...settings,
				},
			});
		};
		/** What the template says: the alert about a drift comes to the same channel by alert-channels. */
		const told = async () =>
			(await slack.shownTexts()).filter((text) => !text.startsWith('{"alert_level"'));
		/** Runs it to its end, as a click on "Execute workflow" does; the new posts in the channel. */
		const run = async (id: string, count: number) => {
			const before = (await told()).length;
			await n8n.start(id, 'Every morning');
			const [execution] = await n8n.endedExecutions(id, count);
			assert.equal(execution?.status, 'success', execution?.data.resultData.error?.message);
			return (await told()).slice(before);
		};

		before(async () => {
			vendors = await startVendorReports();
			await service.post('/v1/usage', [
				record(2, 'openai', 12, { keyId: 'sales' }),
				record(8, 'openai', 3, { keyId: 'sales' }),
				record(2, 'anthropic', 4, { keyId: 'support', model: SONNET }),
				record(2, 'openrouter', 2, { model: 'openai/gpt-4.1' }),
			]);
			const { bills } = vendors;
			bills.openAi[daysAgo(2)] = { key_sales: 12, key_nobody_knows: 7.5 };
			bills.openAi[daysAgo(8)] = { key_sales: 3 };
			// 3 and 15 USD per million tokens.
			const use = { key: 'apikey_support', input: 1_000_000, output: 66_667 };
			bills.anthropic[daysAgo(2)] = { usd: 4, ...use };
			bills.openRouter.activity = { [daysAgo(2)]: 2.04, [daysAgo(20)]: 99 };
			bills.openRouter.today = { hash_of_a_key: 0.5 };
			workflowId = await importIt({});
		});
		after(() => vendors.close());

		it('tells in one message what a vendor billed and nobody recorded', async () => {
			assert.deepEqual(await run(workflowId, ++runs), [
				[
					'Vendor bills and LLM Fuse',
					`openai ${daysAgo(2)}: billed 19.50 USD, recorded 12.00 USD, drift +7.50 USD (+38.46 %)`,
				].join('\n'),
			]);
		});

		it('asks every vendor as it wants to be asked, page after page', () => {
			const asked = vendors.requests.map(({ path }) => {
				const { pathname, searchParams } = new URL(path, 'http://double');
				return [pathname.replace(/^\/[a-z]+/, ''), searchParams.get('page')].join(' ').trim();
			});

			assert.deepEqual(asked.sort(), [
				'/api/v1/activity',
				'/api/v1/keys',
				'/v1/organization/costs',
				'/v1/organization/costs page_7',
				'/v1/organizations/cost_report',
				'/v1/organizations/cost_report page_7',
				'/v1/organizations/usage_report/messages',
				'/v1/organizations/usage_report/messages page_7',
			]);
		});

		it('keeps the comparison, by key where both sides know keys', async () => {
			const { lines } = await service.get<Kept>(
				`/v1/reconciliations?from=${daysAgo(2)}&to=${daysAgo(2)}`,
			);

			assert.deepEqual(
				lines.map(({ provider, keyId, finding }) => [provider, keyId, finding].join(' ')).sort(),
				[
					'anthropic (all) ',
					'anthropic support ',
					'openai key_nobody_knows notRecorded',
					'openai sales ',
					'openrouter (all) ',
				],
			);
		});

		it('says nothing a second time', async () => {
			assert.deepEqual(await run(workflowId, ++runs), []);
		});

		it('tells of a vendor that does not answer, compares the others, and leaves out what is off', async () => {
			const { bills, requests } = vendors;
			bills.openAi[daysAgo(3)] = { key_nobody_knows: 5 };
			vendors.setDown('anthropic');
			const id = await importIt({ compareOpenRouter: 'false' });
			requests.length = 0;

			const [text = '', ...others] = await run(id, 1);

			const [, drift, ...unread] = text.split('\n');
			assert.deepEqual(others, []);
			assert.match(
				drift ?? '',
				new RegExp(`^openai ${daysAgo(3)}: billed 5.00 USD, recorded 0.00`),
			);
			assert.equal(unread.length, 2);
			for (const line of unread) {
				assert.equal(line, 'Anthropic: a report could not be read: The vendor is down');
			}
			assert.deepEqual(
				requests.filter(({ path }) => path.startsWith('/openrouter')),
				[],
			);
			vendors.setDown(undefined);
		});

		it('tells of a report that LLM Fuse cannot read, and compares the others', async () => {
			const { bills } = vendors;
			bills.openAi[daysAgo(4)] = { key_nobody_knows: 6 };
			bills.openRouter.activity['2026-02-30'] = 1;
			bills.openRouter.activity[`${daysAgo(1)}, perhaps`] = 1;

			const [text = ''] = await run(workflowId, ++runs);

			const [, drift, refused, ...others] = text.split('\n');
			assert.match(drift ?? '', new RegExp(`^openai ${daysAgo(4)}: billed 6.00 USD`));
			assert.match(
				refused ?? '',
				/^OpenRouter: the reports could not be compared: .*\/reports\/0\/data\/\d\/date/,
			);
			assert.deepEqual(others, []);
		});
	});
}

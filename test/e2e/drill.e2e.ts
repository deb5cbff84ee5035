import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writeFigures } from './harness/figures.ts';
import { importTemplate } from './harness/importTemplate.ts';
import type { Execution } from './harness/n8nApi.ts';
import { startOwnService, type OwnService } from './harness/startOwnService.ts';
import type { TenantState } from './harness/startService.ts';
import type { World } from './harness/startWorld.ts';

const COST_MICRO_CENTS = 1_000_000;
const CALLS_PER_SECOND = 1000;
const SECONDS = 5;

/** What the last node of the drill gives out. */
interface Drilled {
	text: string;
	drill: {
		incidentId: string | null;
		calls: number;
		callsPerSecond: number;
		msToBlock: number | null;
		msToFirstAlert: number | null;
		refusedAfterwards: boolean | null;
		blastRadiusUsd: number | null;
	};
}

export function drillIsRun(world: World): void {
	describe('the drill', () => {
		const { n8n, slack } = world;
		let staging: OwnService;
		before(async () => {
			staging = await startOwnService(world, { name: 'drill', templates: ['alert-channels'] });
		});
		after(() => staging.stop());

		const run = async (settings: Record<string, string>): Promise<Execution> => {
			const workflow = await importTemplate(n8n, {
				file: 'runaway-drill.json',
				credentials: staging.credentials,
				settings: { fuseServiceUrl: staging.service.baseUrl, ...settings },
			});
			await n8n.start(workflow, 'Start the drill');
			const [execution] = await n8n.endedExecutions(workflow, 1);
			assert.ok(execution);
			return execution;
		};
		const spendOf = async (tenantId: string) =>
			(await staging.service.get<{ microCents: number }>(`/v1/tenants/${tenantId}/spend`))
				.microCents;

		it('prints the blast radius: cost per call × rate × time to the first alert', async (t) => {
			const execution = await run({ isStaging: 'true' });
			assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
			const { text, drill } = resultOf(execution);
			t.diagnostic(text);
			const { calls, callsPerSecond, msToBlock, msToFirstAlert, blastRadiusUsd } = drill;
			assert.ok(msToBlock !== null && msToFirstAlert !== null && blastRadiusUsd !== null);

			assert.equal(calls, CALLS_PER_SECOND * SECONDS);
			assert.ok(callsPerSecond <= CALLS_PER_SECOND, `${callsPerSecond} calls a second`);
			assert.ok(msToBlock > 0 && msToBlock <= msToFirstAlert);
			const usd = (COST_MICRO_CENTS * callsPerSecond * msToFirstAlert) / 1000 / 1e8;
			assert.ok(Math.abs(blastRadiusUsd - usd) <= 0.005, `${blastRadiusUsd} is not ${usd}`);
			assert.equal(drill.refusedAfterwards, true);
			writeFigures([
				{ bench: 'drill', figure: 'calls_per_second', value: callsPerSecond, unit: '1/s' },
				{ bench: 'drill', figure: 'time_to_block', value: msToBlock, unit: 'ms' },
				{ bench: 'drill', figure: 'time_to_first_alert', value: msToFirstAlert, unit: 'ms' },
				{ bench: 'drill', figure: 'blast_radius', value: blastRadiusUsd, unit: 'USD' },
			]);
		});

		it('is told of like any incident, and lets its tenant go', async () => {
			const [incident, ...others] = await staging.service.incidentsOf('drill');
			const { breaker } = await staging.service.get<TenantState>('/v1/tenants/drill/state');

			assert.deepEqual(others, []);
			assert.equal(
				(await slack.shownTexts()).filter((one) => one === incident?.alertText).length,
				1,
			);
			assert.equal(breaker.state, 'closed');
		});

		it('says so when nothing stopped it', async () => {
			const cheap = { tenantId: 'drill-cheap', costMicroCentsPerCall: '1', seconds: '1' };
			const execution = await run({ isStaging: 'true', waitForAlertSeconds: '1', ...cheap });
			const { text, drill } = resultOf(execution);

			assert.match(text, /^No incident: nothing stopped 1000 calls, \d+ a second\.$/);
			assert.equal(drill.refusedAfterwards, false);
			assert.equal(drill.blastRadiusUsd, null);
		});

		for (const [what, settings] of Object.entries<Record<string, string>>({
			'unless somebody says that this is staging': { tenantId: 'drill-live' },
			'on a tenant that is not made up': { isStaging: 'true', tenantId: 'acme' },
			'faster than 1,000 calls a second': {
				...{ isStaging: 'true', tenantId: 'drill-fast', callsPerSecond: '1001' },
			},
			'for longer than 10 seconds': {
				...{ isStaging: 'true', tenantId: 'drill-long', seconds: '11' },
			},
		})) {
			it(`does not begin ${what}`, async () => {
				const { status, data } = await run(settings);

				assert.equal(status, 'error');
				assert.match(data.resultData.error?.message ?? '', /^The drill runs against staging only/);
				assert.equal(data.resultData.runData['Spend'], undefined);
				assert.equal(await spendOf(settings['tenantId'] ?? ''), 0);
			});
		}
	});
}

function resultOf({ data }: Execution): Drilled {
	const [run] = data.resultData.runData['Print it'] ?? [];
	assert.ok(run, data.resultData.error?.message);
	const { data: output } = run as { data: { main: Array<Array<{ json: Drilled }>> } };
	const item = output.main[0]?.[0];
	assert.ok(item);
	return item.json;
}

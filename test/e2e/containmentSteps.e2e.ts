import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { stepsOfTheirOwnKind } from './containmentOwnKinds.e2e.ts';
import { startRecordingProxy, type RecordingProxy } from './doubles/recordingProxy.ts';
import { json } from './doubles/vendorDouble.ts';
import { deploySteps } from './harness/deploySteps.ts';
import {
	deployStepCaller,
	summary,
	type StepCaller,
	type StepInput,
	type StepOutcome,
} from './harness/stepCaller.ts';
import type { World } from './harness/startWorld.ts';
import { toggledVendors, type ToggledVendor } from './harness/toggledVendors.ts';

/** Every vendor step alone, called as containment calls it. */
export function stepsKeepTheirContract(
	world: Pick<World, 'n8n' | 'vendors' | 'stripe' | 'database'>,
): void {
	describe('the vendor steps', () => {
		const { vendors } = world;
		let fuse: RecordingProxy;
		let call: StepCaller;
		let ids: Record<string, string>;

		const run = async (input: Partial<StepInput> & { vendor: string; action: string }) => {
			const items = await call(ids[`${input.vendor}:${input.action}`] ?? '', {
				...{ actionId: 'act_1', attempt: 1, incidentId: 'inc_1', tenantId: 'acme' },
				...{ targetId: '', direction: 'apply', sequence: 1, settings: {}, restore: null },
				...input,
			});
			assert.equal(items.length, 1);
			const [outcome] = items;
			assert.ok(outcome);
			assert.deepEqual(Object.keys(outcome).sort(), contract);
			return outcome;
		};

		before(async (context) => {
			fuse = await startRecordingProxy('', () => Promise.resolve(json({ kept: true })));
			call = await deployStepCaller(world.n8n);
			const told = { baseUrl: fuse.baseUrl, apiKey: 'any' };
			ids = await deploySteps({ n8n: world.n8n, vendors, fuse: told });
			for (const vendor of vendors.unchecked) {
				context.diagnostic(`no OpenAPI file of ${vendor} here: its requests are not checked`);
			}
		});
		after(() => fuse.close());

		const each = (
			title: string,
			test: (
				vendor: ToggledVendor,
				step: (input?: Partial<StepInput>) => Promise<StepOutcome>,
			) => Promise<void>,
		) =>
			it(title, async (context) => {
				for (const vendor of toggledVendors(vendors)) {
					const { vendor: name, action, targetId, settings = {} } = vendor;
					vendor.set(vendor.normal);
					vendor.double.requests.length = 0;
					fuse.requests.length = 0;
					await context.test(`${name} ${action}`, () =>
						test(vendor, (input = {}) =>
							run({ vendor: name, action, targetId, settings, ...input }),
						),
					);
					vendor.double.fail(undefined);
				}
			});

		each('stop what runs, say how it was, and look afterwards', async (vendor, step) => {
			const outcome = await step();

			assert.deepEqual(summary(outcome), {
				outcome: 'applied',
				reversible: true,
				restore: vendor.restore,
				status: 200,
				verified: true,
			});
			assert.equal(vendor.get(), vendor.stopped);
			assert.deepEqual(vendor.double.changes(), [vendor.stop]);
		});

		each('tell LLM Fuse what they found before they change it', async (vendor, step) => {
			await step({ attempt: 3 });

			const [told, ...others] = fuse.requests;
			const changed = vendor.double.requests.at(-2);
			assert.equal(told?.path, '/v1/actions/act_1/found');
			assert.deepEqual(JSON.parse(told.body), { attempt: 3, restore: vendor.restore });
			assert.deepEqual(others, []);
			assert.ok(changed && told.receivedAt < changed.receivedAt);
		});

		each('change nothing the second time', async (vendor, step) => {
			await step();

			const again = await step();

			assert.equal(again.outcome, 'already');
			assert.equal(again.restore, null);
			assert.deepEqual(vendor.double.changes(), [vendor.stop]);
		});

		each('know their own work after a run that died in the middle', async (vendor, step) => {
			vendor.set(vendor.stopped);

			const outcome = await step({ attempt: 2, restore: vendor.restore });

			assert.equal(outcome.outcome, 'applied');
			assert.deepEqual(outcome.restore, vendor.restore);
			assert.deepEqual(vendor.double.changes(), []);
		});

		each('put back what was there, once', async (vendor, step) => {
			vendor.set(vendor.stopped);
			const undo = { direction: 'undo' as const, restore: vendor.restore };

			const outcome = await step(undo);
			const again = await step(undo);

			assert.deepEqual([outcome.outcome, again.outcome], ['applied', 'already']);
			assert.ok(outcome.verifiedAt);
			assert.equal(vendor.get(), vendor.normal);
			assert.deepEqual(vendor.double.changes(), [vendor.bringBack]);
		});

		each('fail for now when the vendor is down, with its wish to wait', async (vendor, step) => {
			vendor.double.fail({ answer: json({}, 503, { 'retry-after': '7' }) });

			const outcome = await step();

			assert.equal(outcome.outcome, 'failed');
			assert.equal(outcome.http?.status, 503);
			assert.equal(outcome.retryAfterMs, 7_000);
			assert.equal(outcome.restore, null);
		});

		each('say so when their credential is refused', async (vendor, step) => {
			vendor.double.fail({ answer: json({}, 403) });

			const outcome = await step();

			assert.equal(outcome.outcome, 'failed');
			assert.equal(outcome.http?.status, 403);
		});

		each('count a change as done that was done before the vendor failed', async (vendor, step) => {
			const isChange = vendor.stop.slice(0, 12);
			vendor.double.fail({
				answer: json({}, 500),
				acts: true,
				meant: ({ method, path, body }) =>
					`${method} ${path} ${body}`.startsWith(isChange) && vendor.stop.endsWith(body),
			});

			const outcome = await step();

			assert.equal(outcome.outcome, 'applied');
			assert.ok(outcome.verifiedAt);
			assert.deepEqual(vendor.double.changes(), [vendor.stop]);
		});

		stepsOfTheirOwnKind(world, run);
	});
}

const contract = [
	...['detail', 'http', 'outcome', 'requestedAt', 'restore', 'retryAfterMs'],
	...['reversible', 'verifiedAt'],
];

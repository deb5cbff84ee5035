import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { NodeOperationError } from 'n8n-workflow';
import { newMemory } from '../../../nodes/FuseModel/processMemory.ts';
import { thrownBy } from '../../nodes/support/thrown.ts';
import { drain, Suite } from './suite.ts';

const suite = new Suite();

/** LangChain hands metadata to models that somebody listens to; n8n's models always have its tracer. */
class Listener extends BaseCallbackHandler {
	name = 'listener';
}

async function block(tenantId: string): Promise<void> {
	await suite.service.post(`/v1/tenants/${tenantId}/block`, { reason: 'key leaked' });
}

describe('a call that is refused', () => {
	it('sends nothing to the vendor, streaming or not, with tools or without', async () => {
		await block('blocked');
		const bench = suite.bench({ parameters: { tenantId: 'blocked' } });
		const openAi = await bench.guard(suite.openAi());
		const anthropic = await bench.guard(suite.anthropic());

		for (const model of [openAi, anthropic as unknown as typeof openAi]) {
			await expect(model.invoke('hi')).rejects.toThrow(NodeOperationError);
			await expect(model.bindTools([]).invoke('hi')).rejects.toThrow(NodeOperationError);
			await expect(async () => drain(await model.stream('hi'))).rejects.toThrow(NodeOperationError);
			await expect(async () => drain(model.streamEvents('hi'))).rejects.toThrow(NodeOperationError);
		}
		expect(suite.vendor.requests).toHaveLength(0);
		expect(bench.records()).toHaveLength(0);
	});

	it('says which limit of whom is spent, of how much, and when it resets', async () => {
		await suite.service.send('PUT', '/v1/limits/one-a-day', {
			...{ tenantId: 'limited', scope: 'tenant', unit: 'requests', window: 'day', capacity: 1 },
		});
		const bench = suite.bench({ parameters: { tenantId: 'limited' } });
		const model = await bench.guard(suite.openAi());
		await model.invoke('hi');

		const error = await thrownBy(model.invoke('hi'));

		expect(error.message).toMatch(
			/tenant limited: Limit one-a-day allows 1 request per .*: 1 request spent, .* It resets at 20\d\d-/,
		);
		expect(error.description).toMatch(/Raise the limit, wait until it resets/);
		expect(error).toMatchObject({ functionality: 'configuration-node' });
		expect(suite.vendor.requests).toHaveLength(1);
	});

	it('turns the node red on the canvas', async () => {
		await block('blocked');
		const bench = suite.bench({ parameters: { tenantId: 'blocked' } });
		const model = await bench.guard(suite.openAi());

		await thrownBy(model.invoke('hi'));

		expect(bench.runs).toEqual([
			{
				input: expect.objectContaining({ tenant: 'blocked' }),
				error: expect.any(NodeOperationError),
			},
		]);
	});

	it('cannot be walked around by a fallback model behind another node of the execution', async () => {
		await block('blocked');
		const memory = newMemory();
		const execution = { executionId: 'with_fallback', memory };
		const parameters = { tenantId: 'blocked' };
		const first = suite.bench({ ...execution, parameters });
		const second = suite.bench({ ...execution, parameters, nodeName: 'Fallback Fuse' });
		const model = await first.guard(suite.openAi());
		const fallback = await second.guard(suite.anthropic());

		await expect(model.withFallbacks([fallback]).invoke('hi')).rejects.toThrow(/tenant blocked/);

		expect(suite.vendor.requests).toHaveLength(0);
		expect(first.asks()).toHaveLength(1);
		expect(second.asks()).toHaveLength(0);
	});

	it('is forgotten when its execution has finished', async () => {
		await block('released');
		const memory = newMemory();
		const run = { executionId: 'one', memory, parameters: { tenantId: 'released' } };
		const bench = suite.bench(run);
		const model = await bench.guard(suite.openAi());
		await thrownBy(model.invoke('hi'));

		for (const finished of bench.finish) finished();
		await suite.service.post('/v1/tenants/released/unblock');
		await model.invoke('hi');

		expect(bench.asks()).toHaveLength(2);
	});

	it('leaves other tenants of the execution alone', async () => {
		await block('blocked');
		const memory = newMemory();
		const blocked = suite.bench({ memory, parameters: { tenantId: 'blocked' } });
		const free = suite.bench({ memory, parameters: { tenantId: 'free' } });
		await thrownBy((await blocked.guard(suite.openAi())).invoke('hi'));

		await (await free.guard(suite.openAi())).invoke('hi');

		expect(suite.vendor.requests).toHaveLength(1);
	});
});

describe('the tenant', () => {
	it('is the one in the tracing metadata of the call, else the parameter', async () => {
		const bench = suite.bench({ parameters: { tenantId: 'of-the-node' } });
		const model = await bench.guard(suite.openAi({ callbacks: [new Listener()] }));

		await model.invoke('hi', { metadata: { tenant: 'of-the-item' } });
		await model.bindTools([]).invoke('hi', { metadata: { tenant_id: 7 } });
		await drain(await model.stream('hi', { metadata: { unrelated: 'x' } }));

		expect(bench.asks().map(({ body }) => body['tenantId'])).toEqual([
			'of-the-item',
			'7',
			'of-the-node',
		]);
	});

	it('has to be known', async () => {
		const bench = suite.bench({ parameters: { tenantId: '' } });
		const model = await bench.guard(suite.openAi());

		const error = await thrownBy(model.invoke('hi'));

		expect(error.message).toBe('Nobody is known to pay for this model call');
		expect(suite.vendor.requests).toHaveLength(0);
	});

	it('is warned about once when items of other tenants are charged to the first', async () => {
		const items = ['acme', 'beta'].map((customer) => ({ json: { customer } }));
		const tenantId = (index: number) => items[index]?.json.customer;
		const bench = suite.bench({ items, parameters: { tenantId } });
		const model = await bench.guard(suite.openAi());

		await model.invoke('hi');
		await model.invoke('hi');

		expect(bench.hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/2 items are charged to tenant acme.*Tracing Metadata/),
		]);
	});

	it('needs no warning when it is the same for all items, or sent for each', async () => {
		const items = [{ json: {} }, { json: {} }];
		const same = suite.bench({ items });
		await (await same.guard(suite.openAi())).invoke('hi');
		const sent = suite.bench({ items, parameters: { tenantId: String } });
		const model = await sent.guard(suite.openAi({ callbacks: [new Listener()] }));
		await model.invoke('hi', { metadata: { tenant: 'acme' } });

		expect([...same.hints, ...sent.hints]).toEqual([]);
	});
});

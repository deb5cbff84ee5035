import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

const MINUTE = 60_000;
const FAILURE = {
	...{ workflowId: 'wf_1', workflowName: 'Nightly report', executionId: '231' },
	executionUrl: 'https://n8n.example.com/workflow/wf_1/executions/231',
	...{ lastNode: 'Post to Slack', errorName: 'NodeApiError' },
};
let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
});
afterAll(() => api.service.close());

const tell = (more: object = {}) => api.post('/v1/workflow-failures', { ...FAILURE, ...more });
const alerts = async () => (await api.get('/v1/alerts')).body as unknown as Row[];

describe('POST /v1/workflow-failures', () => {
	it('202: an alert about the workflow, with names and ids, and an audit entry', async () => {
		const told = await tell();
		const [alert] = await alerts();

		expect(told).toMatchObject({ status: 202, body: { outcome: 'raised' } });
		expect(alert).toMatchObject({
			...{ tenantId: 'llm-fuse', rule: 'workflow.failed', severity: 'high', evidence: FAILURE },
			alertText: expect.stringContaining('"faulty_endpoint":"Nightly report"'),
		});
		const { body } = await api.get('/v1/audit?limit=1');
		expect(body['entries']).toMatchObject([
			{ tenantId: 'llm-fuse', subjectId: alert?.['alertId'] },
		]);
	});

	it('202: the next failures of the same workflow are part of what people know', async () => {
		now += MINUTE;

		expect((await tell({ executionId: '232' })).body).toEqual({ outcome: 'known' });
		expect(await alerts()).toHaveLength(1);
	});

	it('202: another workflow is another alert', async () => {
		const told = await tell({ workflowId: 'wf_2', workflowName: 'Containment' });

		expect(told.body).toEqual({ outcome: 'raised' });
		expect(await alerts()).toHaveLength(2);
	});

	it('202: an hour of quiet later it is news again', async () => {
		now += 60 * MINUTE;

		expect((await tell({ executionId: '233' })).body).toEqual({ outcome: 'raised' });
	});

	it('422: what could quote a prompt is no part of it', async () => {
		const told = await tell({ errorMessage: 'The model did not like: my diagnosis' });

		expect(told.status).toBe(422);
		expect(JSON.stringify(told.body)).not.toContain('my diagnosis');
	});

	it.each([
		['no workflow', { workflowId: undefined }, '/workflowId'],
		['a workflow without a name', { workflowName: '' }, '/workflowName'],
		['a name without an end', { lastNode: 'x'.repeat(201) }, '/lastNode'],
	])('422: %s', async (_what, more, pointer) => {
		expect(await tell(more)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
	});

	it('403: a key that is bound to a tenant, or may not operate', async () => {
		for (const rights of [{ role: 'operate', tenantId: 'acme' }, { role: 'read' }]) {
			const made = await api.post('/v1/service-keys', { name: 'n8n', ...rights });
			const key = String(made.body['key']);
			const told = await api.post('/v1/workflow-failures', FAILURE, { key });

			expect(told.status).toBe(403);
		}
	});
});

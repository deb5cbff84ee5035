import { startTestService, type Api } from '../support/service.ts';
import { awsCostLine, LAMBDA_REPORT, S3_LINE } from '../support/vendorLines.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

let api: Api;
let now = NOW;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
});
afterAll(() => api.service.close());

let made = 0;
const newTenant = () => `vendor-${++made}`;
const post = (vendor: string, body: unknown, query = '') =>
	api.post(`/v1/usage/${vendor}${query}`, body);
const spend = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/spend?window=1d`)).body;

describe('POST /v1/usage/aws', () => {
	it('202: books a line for the tenant in its tag and the principal as key', async () => {
		const tenantId = newTenant();
		const line = awsCostLine({
			resource_tags: JSON.stringify({ user_customer: tenantId }),
			line_item_iam_principal: 'arn:aws:iam::111122223333:role/agent',
		});
		const { body } = await post('aws', line, '?tenantTag=customer&keyId=other');
		const report = await api.get(
			`/v1/reports/spend?tenantId=${tenantId}&groupBy=provider,model,key,source&from=2026-11-20`,
		);

		expect(body).toMatchObject({ recorded: 1, costsMicroCents: [2_057_506] });
		expect(report.body['rows']).toMatchObject([
			{
				...{ provider: 'aws', model: 'lambda', source: 'vendor/aws' },
				...{ keyId: 'arn:aws:iam::111122223333:role/agent', costMicroCents: 2_057_506 },
			},
		]);
	});

	it('202: a later export takes the place of an earlier one, line by line, not the other way round', async () => {
		const tenantId = newTenant();
		const put = (id: string, cost: string, exportedAt: string) =>
			post(
				'aws',
				awsCostLine({
					...{ identity_line_item_id: id, line_item_unblended_cost: cost },
					resource_tags: { user_tenant_id: tenantId },
				}),
				`?exportedAt=${exportedAt}`,
			);
		await put('a', '0.02', '2026-11-20T06:00:00Z');
		const newer = await put('b', '0.03', '2026-11-20T11:00:00Z');
		const older = await put('a', '0.02', '2026-11-20T06:00:00Z');

		expect(newer.body).toMatchObject({ corrected: 1, costsMicroCents: [3_000_000] });
		expect(older.body).toMatchObject({ unchanged: 1, costsMicroCents: [3_000_000] });
		expect(await spend(tenantId)).toMatchObject({ requests: 1, microCents: 3_000_000 });
	});

	it('202: parts of one line are summed up, each counted once', async () => {
		const tenantId = newTenant();
		const resource_tags = { user_tenant_id: tenantId };
		const [a, b] = ['a', 'b'].map((id) =>
			awsCostLine({
				...{ identity_line_item_id: id, line_item_unblended_cost: '0.01', resource_tags },
			}),
		);
		const { body } = await post('aws', [a, b, a]);
		await post('aws', [b, a]);

		expect(body).toMatchObject({ costsMicroCents: [1_000_000, 1_000_000, 1_000_000] });
		expect(await spend(tenantId)).toMatchObject({ requests: 1, microCents: 2_000_000 });
	});

	it('202: lines of model calls are left out, unless they are asked for', async () => {
		const tenantId = newTenant();
		const line = awsCostLine({
			line_item_product_code: 'AmazonBedrock',
			resource_tags: { user_tenant_id: tenantId },
		});
		const left = await post('aws', line);
		expect(left.body).toMatchObject({
			recorded: 0,
			skipped: [{ index: 0, reason: 'recorded call by call; reconcile it instead' }],
			costsMicroCents: [null],
		});
		expect(await spend(tenantId)).toMatchObject({ requests: 0 });

		const taken = await post('aws', line, '?includeModels=true');
		expect(taken.body).toMatchObject({ recorded: 1, skipped: [] });
	});

	it('202: leaves out the products that are recorded another way', async () => {
		const { body } = await post('aws', [awsCostLine()], '?skip=AmazonS3,awslambda');

		expect(body).toMatchObject({ recorded: 0, skipped: [{ index: 0 }], rejected: [] });
	});

	it('202: reads logs of Lambda and S3, as CloudWatch sends them and as they are', async () => {
		const tenantId = newTenant();
		const query = `?tenantId=${tenantId}`;
		const logEvents = [{ id: '1', timestamp: NOW - 1000, message: LAMBDA_REPORT }];
		await post('aws', { logEvents }, query);
		const { body } = await post('aws', [LAMBDA_REPORT, S3_LINE], query);

		expect(body).toMatchObject({ recorded: 1, unchanged: 1, costsMicroCents: [118, 500] });
		now += 60_000;
		const again = await post('aws', [LAMBDA_REPORT, S3_LINE], query);
		expect(again.body).toMatchObject({ unchanged: 2 });
	});

	it('202: an amount nobody is charged for one line is refused', async () => {
		const lines = [
			awsCostLine({ line_item_unblended_cost: '1000000.01' }),
			awsCostLine({ line_item_resource_id: 'other', resource_tags: { user_tenant_id: 'a\u0000' } }),
			awsCostLine({
				line_item_resource_id: 'third',
				resource_tags: { user_tenant_id: newTenant() },
			}),
		];
		const { body } = await post('aws', lines);

		expect(body).toMatchObject({
			recorded: 1,
			rejected: [
				{ index: 0, errors: [{ pointer: '/costMicroCents' }] },
				{ index: 1, errors: [{ pointer: '/tenantId' }] },
			],
		});
	});
});

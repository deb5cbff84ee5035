import { isAwsModelLine } from '../../../../../core/readers/billing/awsModelLine.ts';
import { lineTenant } from '../../../../../core/readers/billing/lineTenant.ts';
import {
	readVendorLine,
	type LineVendor,
	type VendorLine,
} from '../../../../../core/readers/billing/vendorLine.ts';
import {
	awsCostLine,
	LAMBDA_REPORT,
	S3_LINE,
	twilioCall,
	twilioMessage,
	twilioUsageRecord,
} from '../../../../support/vendorLines.ts';

function lineOf(vendor: LineVendor, given: unknown): VendorLine {
	const reading = readVendorLine(vendor, given);
	if (reading.outcome === 'refused') throw new Error(JSON.stringify(reading.errors));

	return reading.line;
}

const errorsOf = (vendor: LineVendor, given: unknown) => {
	const reading = readVendorLine(vendor, given);
	return reading.outcome === 'refused' ? reading.errors : [];
};
const idOf = (changes: Record<string, unknown>) => lineOf('aws', awsCostLine(changes)).id;

describe('a message or call of Twilio', () => {
	it('says its price, its units, when it was sent and when it changed', () => {
		expect(lineOf('twilio', twilioMessage())).toEqual({
			id: 'SM0123456789abcdef0123456789abcdef',
			requestId: 'SM0123456789abcdef0123456789abcdef',
			part: undefined,
			kind: 'sms',
			costMicroCents: 1_580_000,
			otherUnits: { messageSegments: 2 },
			at: Date.UTC(2026, 10, 20, 10, 0, 2),
			version: Date.UTC(2026, 10, 20, 10, 5),
		});
	});

	it.each([
		['delivered', { messageSegments: 2 }],
		['undelivered', { messageSegments: 2 }],
		['sending', { messageSegments: 2 }],
		['queued', {}],
		['accepted', {}],
		['scheduled', {}],
	])('that is not rated and %s is billed by %j', (status, otherUnits) => {
		const line = lineOf('twilio', twilioMessage({ status, price: null }));

		expect(line).toMatchObject({ costMicroCents: undefined, otherUnits });
	});

	it('whose segments are not counted yet has one at least', () => {
		const line = lineOf(
			'twilio',
			twilioMessage({ status: 'sent', num_segments: '0', price: null }),
		);

		expect(line.otherUnits).toEqual({ messageSegments: 1 });
	});

	it.each([
		['a message that failed', twilioMessage({ status: 'failed', price: null })],
		['a message that was canceled', twilioMessage({ status: 'canceled', price: null })],
		[
			'a message of WhatsApp that was not delivered',
			twilioMessage({ status: 'undelivered', from: 'whatsapp:+14155238886', price: null }),
		],
		['a call nobody took', twilioCall({ status: 'no-answer', duration: null, price: null })],
		['a call to a busy line', twilioCall({ status: 'busy', duration: '', price: null })],
	])('costs nothing: %s', (_what, record) => {
		expect(lineOf('twilio', record)).toMatchObject({ costMicroCents: 0, otherUnits: undefined });
	});

	it('that failed costs its fee once Twilio says so', () => {
		const line = lineOf('twilio', twilioMessage({ status: 'failed', price: '-0.00100' }));

		expect(line).toMatchObject({ costMicroCents: 100_000, otherUnits: undefined });
	});

	it.each([
		['0', 1],
		['60', 1],
		['61', 2],
		[null, 1],
	])('of %s seconds is billed by %d minute(s) begun', (duration, callMinutes) => {
		const line = lineOf('twilio', twilioCall({ duration, price: null }));

		expect(line.otherUnits).toEqual({ callMinutes });
	});

	it('that rings costs nothing yet', () => {
		const line = lineOf('twilio', twilioCall({ status: 'ringing', duration: null, price: null }));

		expect(line).toMatchObject({ costMicroCents: undefined, otherUnits: {} });
	});

	it('that is refunded has a negative cost', () => {
		expect(lineOf('twilio', twilioMessage({ price: '0.00750' })).costMicroCents).toBe(-750_000);
	});

	it.each([
		['/num_segments', { num_segments: 'two' }],
		['/price', { price: 'free' }],
		['/price_unit', { price_unit: 'EUR' }],
		['/date_sent', { date_sent: 'yesterday' }],
		['/date_sent', { date_sent: '31 Feb 2026 10:00:00 +0000' }],
		['/date_updated', { date_updated: '2026-02-30' }],
	])('is refused at %s: %j', (pointer, changes) => {
		expect(errorsOf('twilio', twilioMessage(changes))).toMatchObject([{ pointer }]);
	});
});

describe('a usage record of Twilio', () => {
	it('is known by its account, category and days, and as new as it says', () => {
		expect(lineOf('twilio', twilioUsageRecord())).toMatchObject({
			id: 'AC0123456789abcdef0123456789abcdef/sms/2026-11-20/2026-11-20',
			costMicroCents: 42_660_000,
			at: Date.UTC(2026, 10, 20),
			version: Date.UTC(2026, 10, 21, 6),
		});
	});

	it('without a price is refused: nobody knows what it is for', () => {
		expect(errorsOf('twilio', twilioUsageRecord({ price: null }))).toMatchObject([
			{ detail: expect.stringContaining('not rated') },
		]);
	});
});

describe('a line of the AWS bill', () => {
	it('is the same line in the next export, where AWS gives it another id', () => {
		const next = { identity_line_item_id: 'zzz', line_item_unblended_cost: '0.03' };

		expect(idOf(next)).toBe(idOf({}));
		expect(idOf({ resource_tags: '{"user_tenant_id":"acme"}' })).toBe(idOf({}));
	});

	it.each([
		{ identity_time_interval: '2026-11-20T11:00:00Z/2026-11-20T12:00:00Z' },
		{ line_item_line_item_type: 'Credit' },
		{ line_item_resource_id: 'arn:aws:lambda:us-east-1:111122223333:function:g' },
		{ line_item_line_item_description: 'the second tier' },
		{ resource_tags: { user_tenant_id: 'other' } },
	])('is another line with %j', (changes) => {
		expect(idOf(changes)).not.toBe(idOf({}));
	});

	it.each([
		['2026-11-20T10:00:00.000Z', Date.UTC(2026, 10, 20, 10)],
		['2026-11-20 10:00:00.000', Date.UTC(2026, 10, 20, 10)],
		['2026-11-20 12:00:00+0200', Date.UTC(2026, 10, 20, 10)],
		[Date.UTC(2026, 10, 20, 10), Date.UTC(2026, 10, 20, 10)],
	])('begins when it says: %s', (line_item_usage_start_date, at) => {
		expect(lineOf('aws', awsCostLine({ line_item_usage_start_date })).at).toBe(at);
	});

	it('begins with its interval when it says nothing else', () => {
		const line = lineOf('aws', awsCostLine({ line_item_usage_start_date: undefined }));

		expect(line.at).toBe(Date.UTC(2026, 10, 20, 10));
	});

	it('that names no time is refused: sent again, it would count twice', () => {
		const changes = { identity_time_interval: '', line_item_usage_start_date: null };

		expect(errorsOf('aws', awsCostLine(changes))).toMatchObject([
			{ detail: expect.stringContaining('twice') },
		]);
	});

	it('whose tags nobody can read is refused: they may name another tenant', () => {
		expect(
			readVendorLine('aws', awsCostLine({ resource_tags: '{"user_tenant_id":' })),
		).toMatchObject({
			outcome: 'refused',
			errors: [{ pointer: '/resource_tags', detail: expect.stringContaining('(string)') }],
		});
	});

	it('without a cost yet is refused with the reason', () => {
		expect(errorsOf('aws', awsCostLine({ line_item_unblended_cost: '' }))).toMatchObject([
			{ detail: expect.stringContaining('later report') },
		]);
	});

	it.each([
		['tenant_id', { user_tenant_id: 'acme' }],
		['tenant_id', { 'user:tenant_id': 'acme' }],
		['tenant_id', { tenant_id: 'acme' }],
		['Tenant-Id', { user_tenant_id: 'acme' }],
		['tenant_id', '{"user_tenant_id": "acme"}'],
	])('is of the tenant in its tag %s: %j', (tag, resource_tags) => {
		expect(lineTenant(awsCostLine({ resource_tags }), tag)).toBe('acme');
	});

	it('is of the tenant in its column when tags are columns', () => {
		const line = {
			...awsCostLine({ resource_tags: 'none' }),
			resource_tags_user_tenant_id: 'acme',
		};

		expect(lineTenant(line, 'tenant_id')).toBe('acme');
		expect(lineTenant({ tenant_id: 'acme' }, 'tenant_id')).toBe('acme');
		expect(lineTenant(awsCostLine({ resource_tags: '{broken' }), 'tenant_id')).toBeUndefined();
	});

	it.each([
		{ line_item_product_code: 'AmazonBedrock' },
		{ line_item_product_code: 'AmazonBedrockService' },
		{ product: { product_name: 'Claude Sonnet 4 (Amazon Bedrock Edition)' } },
		{ line_item_usage_type: 'USE1-MP:USE1_InputTokenCount-Units' },
	])('is one of model calls with %j', (changes) => {
		expect(isAwsModelLine(awsCostLine(changes))).toBe(true);
		expect(isAwsModelLine(awsCostLine())).toBe(false);
	});

	it('is not one of model calls for the hours that an agent of Bedrock runs', () => {
		const hours = {
			line_item_product_code: 'AmazonBedrockAgentCore',
			product: { product_name: 'Amazon Bedrock AgentCore' },
		};

		expect(isAwsModelLine(awsCostLine(hours))).toBe(false);
	});
});

describe('a line of a log of AWS', () => {
	it('of S3 says when: a text as well as a record', () => {
		const line = { id: '3E57427F3EXAMPLE', at: Date.UTC(2026, 10, 6, 0, 0, 38) };

		expect(lineOf('aws', S3_LINE)).toMatchObject(line);
		expect(lineOf('aws', { message: S3_LINE })).toMatchObject(line);
	});

	it('of Lambda is at the timestamp of CloudWatch, or undated', () => {
		const at = Date.UTC(2026, 10, 20);

		expect(lineOf('aws', { timestamp: at, message: LAMBDA_REPORT }).at).toBe(at);
		expect(lineOf('aws', LAMBDA_REPORT)).toMatchObject({
			id: '3604209a-e9a3-11e6-939a-754dd98c7be3',
			at: undefined,
			costMicroCents: 118,
		});
	});

	it('as Lambda’s telemetry reports it is at its time', () => {
		const record = { requestId: 'r-1', metrics: { billedDurationMs: 118, memorySizeMB: 512 } };
		const line = { time: '2026-11-21T08:00:00.123Z', type: 'platform.report', record };

		expect(lineOf('aws', line).at).toBe(Date.UTC(2026, 10, 21, 8, 0, 0, 123));
		expect(errorsOf('aws', { ...line, time: 'now' })).toMatchObject([{ pointer: '/time' }]);
	});
});

describe('a line of another vendor', () => {
	it.each([
		['a message of Twilio', 'aws', twilioMessage()],
		['a line of the AWS bill', 'twilio', awsCostLine()],
		['a model’s answer', 'twilio', { usage: { prompt_tokens: 1, completion_tokens: 1 } }],
		['another log line', 'aws', 'START RequestId: 1'],
		['null', 'aws', null],
		['a number', 'aws', 7],
	] as const)('is refused: %s by %s', (_what, vendor, given) => {
		expect(errorsOf(vendor, given)).toMatchObject([
			{ detail: expect.stringContaining('is not a') },
		]);
	});
});

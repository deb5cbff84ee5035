import fc from 'fast-check';
import { csvText } from '../../../anomaly-service/src/http/csv.ts';
import { focusFile, spendFile } from '../../../anomaly-service/src/http/spendFiles.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { Charge } from '../../../anomaly-service/src/ports/reportFunctions.ts';
import { meterName, serviceKind } from '../../../anomaly-service/src/stages/focusNames.ts';
import { FOCUS_COLUMNS, focusRowsIn } from '../../../anomaly-service/src/stages/focusRow.ts';
import { readCsv } from '../../support/csv.ts';

const charge: Charge = {
	...{ day: '2026-10-14', tenantId: 'acme', provider: 'openai', model: 'gpt-4o', unit: 'output' },
	...{ rateId: 'openai/gpt-4o/output/0@1000000000', serviceTier: 'standard', costSource: 'price' },
	...{ source: 'n8n/wf', workflowId: 'wf', isCredit: false, isCorrection: false },
	...{ lines: 1, quantity: '60', costMicroCents: 60_000 },
};
const rowOf = focusRowsIn('UTC');
const answering = (rows: unknown[]): Database => ({
	call: async () => ({ rows, totals: {}, totalMicroCents: 0 }) as never,
	close: async () => undefined,
});
const question = {
	...{ from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', timeZone: 'UTC' },
	...{ tenantId: null, provider: null, model: null, source: null, workflowId: null },
};

describe('a CSV file', () => {
	const columns = ['text', 'number'];
	const written = (rows: { text: string; number: string }[]) =>
		csvText({ columns, numbers: new Set(['number']), rows, cellsOf: (row) => row });

	it('holds any text, cell by cell, and marks what a spreadsheet would run', async () => {
		const cell = fc.oneof(fc.string(), fc.stringMatching(/^[=+\-@\t\r"',\n][^\0]*$/u));
		await fc.assert(
			fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 5 }), async (texts) => {
				const rows = readCsv(await written(texts.map((text) => ({ text, number: '1' }))));

				for (const [index, text] of texts.entries()) {
					const shown = rows[index]?.['text'] ?? '';
					expect(shown === text || shown === `'${text}`).toBe(true);
					expect(shown).not.toMatch(/^[=+\-@\t\r]/);
				}
			}),
		);
	});

	it('leaves negative numbers numbers', async () => {
		expect(await written([{ text: '-1', number: '-0.50000000' }])).toBe(
			`text,number\r\n'-1,-0.50000000\r\n`,
		);
	});

	it('has one header, however many rows there are', async () => {
		const rows = Array.from({ length: 1201 }, (_, n) => ({ text: `row ${n}`, number: String(n) }));

		expect(readCsv(await written(rows))).toEqual(rows);
		expect(await written([])).toBe('text,number\r\n');
	});

	it.each([
		['of a report', spendFile],
		['of charges', focusFile],
	])('%s has at most 100,000 rows and is never cut short', async (_what, file) => {
		const rows = Array.from({ length: 100_001 }, () => charge);
		const made = file(answering(rows), { ...question, groupBy: ['tenant'] }, {});

		await expect(made).rejects.toThrow('A file has at most 100,000 rows.');
	});
});

describe('a charge as a row of FOCUS', () => {
	it('has every column, and a value wherever FOCUS allows no null', () => {
		const nullable = ['ChargeClass', 'PricingCategory', 'PricingQuantity', 'PricingUnit'];
		const row = rowOf({ ...charge, isCredit: true, costMicroCents: -60_000 });

		expect(Object.keys(row).toSorted()).toEqual([...FOCUS_COLUMNS].toSorted());
		const empty = Object.entries(row).flatMap(([name, value]) => (value === null ? [name] : []));
		expect(empty.toSorted()).toEqual([...nullable, 'ConsumedQuantity', 'ConsumedUnit'].toSorted());
	});

	it('has every column that FOCUS 1.3 calls mandatory', () => {
		expect(FOCUS_COLUMNS).toEqual(
			expect.arrayContaining([
				...['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency'],
				...['BillingPeriodEnd', 'BillingPeriodStart', 'ChargeCategory', 'ChargeClass'],
				...['ChargeDescription', 'ChargePeriodEnd', 'ChargePeriodStart', 'ContractedCost'],
				...['EffectiveCost', 'HostProviderName', 'InvoiceIssuerName', 'ListCost'],
				...['PricingQuantity', 'PricingUnit', 'ProviderName', 'PublisherName'],
				...['ServiceCategory', 'ServiceName', 'ServiceProviderName'],
			]),
		);
	});

	it('given back is a credit without a quantity', () => {
		expect(rowOf({ ...charge, isCredit: true, costMicroCents: -60_000 })).toMatchObject({
			...{ ChargeCategory: 'Credit', BilledCost: '-0.00060000', ConsumedQuantity: null },
		});
	});

	it('corrected after its month is a correction', () => {
		const classOf = (isCorrection: boolean) => rowOf({ ...charge, isCorrection }).ChargeClass;

		expect([classOf(true), classOf(false)]).toEqual(['Correction', null]);
	});

	it.each([
		['aws', 'lambda', 'Compute'],
		['aws', 's3', 'Storage'],
		['aws', 'sns', 'Other'],
		['twilio', 'sms', 'Integration'],
		['openai', 'lambda-model', 'AI and Machine Learning'],
	])('of %s %s is a service of %s', (provider, model, category) => {
		expect(serviceKind(provider, model).category).toBe(category);
	});

	it('has meters that people can read', () => {
		expect((['cacheWrite5m', 'webSearch', 'vendorCost'] as const).map(meterName)).toEqual([
			'Cache Write 5m',
			'Web Search',
			'Vendor Cost',
		]);
	});
});

import { PriceAlerts } from '../../../anomaly-service/src/stages/priceAlerts.ts';
import type { ServiceAlert } from '../../../anomaly-service/src/stages/serviceAlerts.ts';
import { usageRow } from '../../../anomaly-service/src/stages/usageRow.ts';
import { DAY_MS } from '../../../core/durations.ts';
import { usageEvent } from '../../support/rows.ts';

const NOON = Date.UTC(2026, 9, 14, 12);

let raised: ServiceAlert[];
let faults: string[];
let isDown: boolean;
let alerts: PriceAlerts;
beforeEach(() => {
	[raised, faults, isDown] = [[], [], false];
	const quiet = () => undefined;
	alerts = new PriceAlerts({
		alerts: {
			async raise(alert) {
				if (isDown) throw new Error('does not answer');
				raised.push(alert);
				return true;
			},
		},
		log: { debug: quiet, info: quiet, warn: quiet, error: (_, what) => faults.push(what) },
	});
});

const rowOf = (model: string, costSource: 'ceiling' | 'price' = 'ceiling') =>
	usageRow(
		usageEvent({ data: { provider: 'groq', model } }),
		{
			...{ costMicroCents: 9, costSource, contextTokens: 0 },
			lineItems: [
				{
					unit: 'inputUncached',
					quantity: 1,
					rateId: 'groq/a/inputUncached/0@1',
					costMicroCents: 1,
				},
				{ unit: 'output', quantity: 1, rateId: 'ceiling/output@8000000', costMicroCents: 8 },
			],
		},
		NOON,
	);

describe('a call at the ceiling', () => {
	it('is told once a day for each model, with the units that have no price', async () => {
		await alerts.look([rowOf('a'), rowOf('a'), rowOf('priced', 'price'), rowOf('b')], NOON);
		await alerts.look([rowOf('a')], NOON + 1000);

		expect(raised).toMatchObject([
			{
				...{ type: 'price.unknown', part: 'groq/a', since: NOON - DAY_MS / 2, perPart: true },
				evidence: { provider: 'groq', model: 'a', units: ['output'] },
			},
			{ part: 'groq/b' },
		]);
		await alerts.look([rowOf('a')], NOON + DAY_MS);
		expect(raised).toHaveLength(3);
	});

	it('of made-up models is told 20 times a day, and then once that there are more', async () => {
		const rows = Array.from({ length: 1000 }, (_, index) => rowOf(`made up ${index}`));
		await alerts.look(rows, NOON);

		expect(raised).toHaveLength(21);
		expect(raised.at(-1)).toMatchObject({
			part: 'more models',
			evidence: { toldToday: 20, model: 'made up 20' },
		});
		await alerts.look(rows, NOON + DAY_MS);
		expect(raised).toHaveLength(42);
	});

	it('that cannot be told stops nothing, and is told with the next one', async () => {
		isDown = true;
		await alerts.look([rowOf('a')], NOON);
		expect(faults).toEqual(['could not tell of a model without a price']);

		isDown = false;
		await alerts.look([rowOf('a')], NOON);
		expect(raised).toMatchObject([{ part: 'groq/a' }]);
	});
});

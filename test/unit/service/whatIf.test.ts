import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { whatIf } from '../../../anomaly-service/src/stages/whatIf.ts';
import { createPricer } from '../../../anomaly-service/src/stages/price.ts';
import { createPriceBook } from '../../../core/priceBook.ts';

const call = [0, 'acme', null, null, 'p', 'm', 0, 0, 0, 0, 0, 0, 0, 0, {}, null, 'estimate', 0];
const filter = {
	...{ from: '', to: '', tenantId: null, workflowId: null, nodeName: null },
	...{ provider: null, model: null },
};
const pricer = createPricer(createPriceBook([]), () => ({ input: 1, output: 1 }));

it('a what-if over more calls than it looks at has no answer, instead of one about some of them', async () => {
	const page = {
		calls: Array.from({ length: 10_000 }, () => call),
		next: { at: '', source: '', id: '' },
	};
	const asked: unknown[] = [];
	const database: Database = {
		call: async (...args) => {
			asked.push(args);
			return page as never;
		},
		close: async () => undefined,
	};

	expect(await whatIf({ database, pricer }, filter, { serviceTier: 'batch' })).toBeUndefined();
	expect(asked).toHaveLength(51);
});

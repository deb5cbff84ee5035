import type { Embedder } from '../../../../anomaly-service/src/ports/embedder.ts';
import { embedTick } from '../../../../anomaly-service/src/stages/embedTick.ts';
import { embed } from '../../../../core/behaviour/embedding.ts';

const SPACE = 'openai:of-the-test';
const snapshot = (tenantId: string) => ({ tenantId, minute: 720, standardised: [3] });
const asFeatures = { space: 'features', vector: embed([3], 720) };

/** Has no answer for the tenant `slow`. */
function embedder(): Embedder & { asked: string[] } {
	const asked: string[] = [];
	return {
		...{ space: SPACE, asked },
		embed: async (snapshots) =>
			snapshots.map(({ tenantId }) => {
				asked.push(tenantId);
				return tenantId === 'slow' ? undefined : [1];
			}),
	};
}

describe('the vectors of a tick', () => {
	it('are features without an embedder', async () => {
		expect(await embedTick([snapshot('a')], undefined, () => true)).toEqual([asFeatures]);
	});

	it('are features where the embedder has no answer: no tenant goes unscored', async () => {
		const made = embedder();
		const given = ['a', 'slow', 'b'].map(snapshot);

		expect(await embedTick(given, made, () => true)).toEqual([
			{ space: SPACE, vector: [1] },
			asFeatures,
			{ space: SPACE, vector: [1] },
		]);
	});

	it('are features for tenants without a baseline in the other space, who are not asked for', async () => {
		const made = embedder();
		const vectors = await embedTick(
			['a', 'b'].map(snapshot),
			made,
			(tenantId, space) => tenantId === 'b' && space === SPACE,
		);

		expect(vectors).toEqual([asFeatures, { space: SPACE, vector: [1] }]);
		expect(made.asked).toEqual(['b']);
	});
});

import { createOpenaiEmbedder } from '../../../../anomaly-service/src/adapters/openai/openaiEmbedder.ts';
import {
	projectionOf,
	startEmbeddingsDouble,
	unit,
	type EmbeddingsDouble,
} from '../../../support/servers/embeddingsDouble.ts';

const KEY = 'sk-of-the-test';
const TEXTS = ['volume far above usual', 'all as usual'];

let double: EmbeddingsDouble;
beforeEach(async () => {
	double = await startEmbeddingsDouble();
});
afterEach(() => double.close());

const embedder = (changes: { key?: string; timeoutMs?: number; url?: string } = {}) =>
	createOpenaiEmbedder({
		...{ url: double.url, key: KEY, model: 'text-embedding-3-small', timeoutMs: 5000 },
		...changes,
	});
/** What a Matryoshka model answers for `dimensions: 64`. */
const first64 = (text: string) => unit(projectionOf(text).slice(0, 64));

async function vectorsOf(made: ReturnType<typeof embedder>, texts = TEXTS) {
	const answer = await made.embed(texts);
	if (answer.outcome === 'failed') throw new Error(answer.reason);
	return answer.vectors;
}

/** As near as numbers that were divided twice can be. */
function expectSame(vectors: readonly (readonly number[])[], texts: readonly string[]) {
	expect(vectors).toHaveLength(texts.length);
	vectors.forEach((vector, index) => {
		const wanted = first64(texts[index] ?? '');
		expect(vector).toHaveLength(64);
		vector.forEach((value, axis) => expect(value).toBeCloseTo(wanted[axis] ?? NaN, 10));
	});
}

describe('an embedder by the API of OpenAI', () => {
	it('asks for all texts at once, for 64 numbers each', async () => {
		const made = embedder();

		expectSame(await vectorsOf(made), TEXTS);
		expect(double.requests).toMatchObject([
			{ key: KEY, model: 'text-embedding-3-small', texts: TEXTS, dimensions: 64 },
		]);
		expect(await made.embed(TEXTS)).toMatchObject({ tokens: 9 });
		expect(made.endpoint).toBe(`${double.url.slice('http://'.length)}/embeddings`);
	});

	it('cuts what a server answers that does not heed the number of dimensions', async () => {
		double.mode = 'ignores';

		expectSame(await vectorsOf(embedder()), TEXTS);
	});

	it('asks a server that refuses dimensions without them, from then on', async () => {
		double.mode = 'refuses';
		const made = embedder();

		expectSame(await vectorsOf(made), TEXTS);
		expectSame(await vectorsOf(made), TEXTS);
		expect(double.requests.map(({ dimensions }) => dimensions)).toEqual([64, undefined, undefined]);
	});

	it('goes on asking for dimensions when something else was refused', async () => {
		double.next = [{ status: 400 }, { status: 400 }];
		const made = embedder();

		expect(await made.embed(TEXTS)).toMatchObject({
			...{ outcome: 'failed', reason: 'HTTP 400 status_400', mayBeBilled: false },
		});
		expectSame(await vectorsOf(made), TEXTS);
		expect(double.requests.at(-1)?.dimensions).toBe(64);
	});

	it('tries once more what may have been chance', async () => {
		double.next = [{ status: 500 }];

		expectSame(await vectorsOf(embedder()), TEXTS);
		expect(double.requests).toHaveLength(2);
	});

	it('does not wait for longer than it may take, and says how long it was asked to', async () => {
		double.mode = { status: 429, headers: { 'retry-after': '3600' } };

		expect(await embedder().embed(TEXTS)).toEqual({
			...{ outcome: 'failed', reason: 'HTTP 429 status_429', mayBeBilled: false },
			retryAfterMs: 3_600_000,
		});
		expect(double.requests).toHaveLength(1);
	});

	it('gives up on a server that does not answer, which may bill it all the same', async () => {
		double.mode = 'stalls';

		expect(await embedder({ timeoutMs: 50 }).embed(TEXTS)).toMatchObject({
			...{ outcome: 'failed', reason: expect.stringMatching(/^API/), mayBeBilled: true },
		});
	});

	it('is not billed by a server it could not reach', async () => {
		const gone = await startEmbeddingsDouble();
		await gone.close();

		expect(await embedder({ url: gone.url }).embed(TEXTS)).toMatchObject({
			...{ outcome: 'failed', reason: 'APIConnectionError ECONNREFUSED', mayBeBilled: false },
		});
	});

	it('takes no answer that has not a vector for each text', async () => {
		double.mode = 'nonsense';

		expect(await embedder().embed(TEXTS)).toMatchObject({
			reason: 'the answer has not a usable vector for each text',
		});
	});

	it('never tells the key, whatever went wrong', async () => {
		for (const mode of [{ status: 401 }, { status: 503 }, 'nonsense'] as const) {
			double.mode = mode;
			expect(JSON.stringify(await embedder().embed(TEXTS))).not.toContain(KEY);
		}
	});
});

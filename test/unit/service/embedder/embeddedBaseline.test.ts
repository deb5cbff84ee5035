import type { Embedder } from '../../../../anomaly-service/src/ports/embedder.ts';
import { embeddedBaseline } from '../../../../anomaly-service/src/stages/embeddedBaseline.ts';
import { seededRandom } from '../../../../core/behaviour/seededRandom.ts';
import { tangentOf } from '../../../../core/behaviour/score.ts';

const DAY = 1440;

/** Days of quarters of an hour; every eighth has a second kind of behaviour. */
function days(count: number) {
	const random = seededRandom(1);
	return Array.from({ length: count * DAY }, (_, minute) => ({
		minute,
		standardised: [minute % 120 === 0 ? 5 : 0, random()],
	}));
}

/** Two directions with a little of a third: 0.3 at most. */
const embedder = (hole: (index: number) => boolean = () => false): Embedder & { asked: number } => {
	const made = {
		space: 'openai:of-the-test',
		asked: 0,
		embed: async (snapshots: Parameters<Embedder['embed']>[0]) => {
			made.asked += snapshots.length;
			return snapshots.map(({ standardised: [kind = 0, noise = 0] }, index) =>
				hole(index) ? undefined : [kind > 0 ? 1 : 0, kind > 0 ? 0 : 1, 0.3 * noise],
			);
		},
	};
	return made;
};
const fit = (count: number, made: Embedder | undefined, rows = days(count)) =>
	embeddedBaseline({ rows, embedder: made, tenantId: 'tenant', random: seededRandom(2) });

describe('a baseline in the space of a text embedder', () => {
	it('has a centroid near all that recurs, and a limit that the own past does not reach', async () => {
		const baseline = await fit(4, embedder());
		const tangents = [
			[1, 0, 0.15],
			[0, 1, 0.15],
			[0, 1, 0.3],
		].map((vector) => tangentOf(nearest(vector, baseline?.centroids ?? [])));

		expect(baseline?.space).toBe('openai:of-the-test');
		for (const tangent of tangents) expect(tangent).toBeLessThan(baseline?.tangentLimit ?? 0);
		expect(tangentOf(nearest([0.7, 0.7, 0], baseline?.centroids ?? []))).toBeGreaterThan(
			2 * (baseline?.tangentLimit ?? Infinity),
		);
	});

	it('has a limit of distances between days: what only one day did is no part of it', async () => {
		const rows = days(4).map((row) =>
			row.minute < DAY / 2 ? { ...row, standardised: [0, 8] } : row,
		);
		const odd = await fit(4, embedder(), rows);

		// Those of that day are 2.4 off the others, so the limit is as wide as what did happen.
		expect(odd?.tangentLimit).toBeGreaterThan(1);
		expect((await fit(4, embedder()))?.tangentLimit).toBeLessThan(0.4);
	});

	it('asks for a row each quarter of an hour', async () => {
		const made = embedder();
		await fit(3, made);

		expect(made.asked).toBe(3 * 96);
	});

	it('is none without an embedder, with too few rows, or with too many gaps', async () => {
		expect(await fit(4, undefined)).toBeUndefined();
		expect(await fit(2, embedder())).toBeUndefined();
		expect(
			await fit(
				4,
				embedder((index) => index % 5 === 0),
			),
		).toBeUndefined();
		expect(
			await fit(
				4,
				embedder((index) => index % 50 === 0),
			),
		).toBeDefined();
	});
});

function nearest(vector: readonly number[], centroids: readonly (readonly number[])[]): number {
	const dot = (a: readonly number[], b: readonly number[]) =>
		a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
	return Math.min(
		...centroids.map(
			(centroid) =>
				1 - dot(vector, centroid) / Math.sqrt(dot(vector, vector) * dot(centroid, centroid)),
		),
	);
}

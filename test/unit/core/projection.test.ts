import fc from 'fast-check';
import { fitPlane, project } from '../../../core/projection.ts';

const vector = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), {
	minLength: 6,
	maxLength: 6,
});
const vectors = fc.array(vector, { minLength: 2, maxLength: 30 });
const dot = (a: readonly number[], b: readonly number[]) =>
	a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

describe('the plane that shows most', () => {
	it('has two axes of length 1 at a right angle', () => {
		fc.assert(
			fc.property(vectors, (given) => {
				const [first, second] = fitPlane(given).axes;
				expect(dot(first, first)).toBeCloseTo(1);
				expect(dot(second, second)).toBeCloseTo(1);
				expect(dot(first, second)).toBeCloseTo(0);
			}),
		);
	});

	it('never shows two vectors farther apart than they are', () => {
		fc.assert(
			fc.property(vectors, (given) => {
				const plane = fitPlane(given);
				const [a = [], b = []] = given;
				const seen = project(plane, a).map((x, index) => x - (project(plane, b)[index] ?? 0));
				const real = a.map((x, index) => x - (b[index] ?? 0));
				expect(dot(seen, seen)).toBeLessThanOrEqual(dot(real, real) + 1e-6);
			}),
		);
	});

	it('is the one that two-dimensional data lies in', () => {
		const ring = Array.from({ length: 24 }, (_, hour) => {
			const angle = (2 * Math.PI * hour) / 24;
			return [0, 3 * Math.sin(angle), 0, Math.cos(angle), 8];
		});
		const plane = fitPlane(ring);

		expect(plane.explained).toBeCloseTo(1);
		for (const point of ring) {
			const [x, y] = project(plane, point);
			expect(x ** 2 / 9 + y ** 2).toBeCloseTo(1);
		}
	});

	it('is there when nothing varies', () => {
		const plane = fitPlane([
			[1, 2, 3],
			[1, 2, 3],
		]);

		expect(plane.explained).toBe(1);
		expect(project(plane, [1, 2, 3])).toEqual([0, 0]);
		expect(fitPlane([]).axes).toHaveLength(2);
	});

	it('does not depend on the order, and is not mirrored by one more point', () => {
		const points = Array.from({ length: 50 }, (_, at) => [at % 7, (at * at) % 11, at / 5, 8]);
		const plane = fitPlane(points);
		const shuffled = fitPlane([...points].reverse());
		const grown = fitPlane([...points, [3, 5, 4, 8]]);

		expect(dot(plane.axes[0], shuffled.axes[0])).toBeCloseTo(1);
		expect(dot(plane.axes[0], grown.axes[0])).toBeGreaterThan(0.9);
	});
});

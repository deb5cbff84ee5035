import { DAY } from '../calendar.ts';
import { seededBy, type Random } from '../random.ts';
import { unscored } from './minutes.ts';
import { PLAIN_FEATURES, plainDays } from './plainFeatures.ts';

/** Distance to the fifth nearest of the last seven days' windows. */
export function nearestNeighbours(rows: Float32Array): Float32Array {
	const scores = unscored();
	for (const { day, past, rowAt } of plainDays(rows)) {
		for (let minute = day * DAY; minute < (day + 1) * DAY; minute++) {
			scores[minute] = fifthNearest(rowAt(minute), past);
		}
	}
	return scores;
}

function fifthNearest(row: Float32Array, past: readonly Float32Array[]): number {
	const nearest = new Float64Array(5).fill(Infinity);
	for (const other of past) {
		const square = squaredDistance(row, other, nearest[4] ?? Infinity);
		let place = 5;
		while (place > 0 && (nearest[place - 1] ?? 0) > square) {
			place -= 1;
			nearest[place + 1] = nearest[place] ?? 0;
			nearest[place] = square;
		}
	}
	return Math.sqrt(nearest[4] ?? 0);
}

/** Gives up at `enough`: the rest cannot matter. */
function squaredDistance(a: Float32Array, b: Float32Array, enough: number): number {
	let square = 0;
	for (let feature = 0; feature < PLAIN_FEATURES && square < enough; feature++) {
		square += ((a[feature] ?? 0) - (b[feature] ?? 0)) ** 2;
	}
	return square;
}

type Node = { rows: number; split?: { feature: number; cut: number; below: Node; above: Node } };

const TREES = 100;
const SAMPLE = 256;
const MAX_DEPTH = 8;

/** Isolation forest (Liu, Ting and Zhou, ICDM 2008), grown anew every day on the last seven days. */
export function isolationForest(rows: Float32Array): Float32Array {
	const scores = unscored();
	const random = seededBy('iforest');
	for (const { day, past, rowAt } of plainDays(rows)) {
		const size = Math.min(SAMPLE, past.length);
		const sample = () => Array.from({ length: size }, () => random.pick(past));
		const forest = Array.from({ length: TREES }, () => grow(sample(), 0, random));
		for (let minute = day * DAY; minute < (day + 1) * DAY; minute++) {
			const row = rowAt(minute);
			const depth = forest.reduce((sum, tree) => sum + depthOf(row, tree), 0) / TREES;
			scores[minute] = Math.pow(2, -depth / usualDepth(size));
		}
	}
	return scores;
}

function grow(rows: readonly Float32Array[], depth: number, random: Random): Node {
	if (rows.length <= 1 || depth >= MAX_DEPTH) return { rows: rows.length };
	for (let tried = 0; tried < 12; tried++) {
		const feature = random.int(PLAIN_FEATURES);
		const values = rows.map((row) => row[feature] ?? 0);
		const low = Math.min(...values);
		const high = Math.max(...values);
		if (high - low < 1e-9) continue;
		const cut = random.range(low, high);
		const side = (below: boolean) => rows.filter((row) => (row[feature] ?? 0) < cut === below);
		const [below, above] = [side(true), side(false)].map((half) => grow(half, depth + 1, random));
		if (below && above) return { rows: rows.length, split: { feature, cut, below, above } };
	}
	return { rows: rows.length };
}

function depthOf(row: Float32Array, tree: Node): number {
	let node = tree;
	let depth = 0;
	while (node.split) {
		const { feature, cut, below, above } = node.split;
		node = (row[feature] ?? 0) < cut ? below : above;
		depth += 1;
	}
	return depth + usualDepth(node.rows);
}

/** Mean depth of an unsuccessful search in a binary tree of so many rows. */
function usualDepth(rows: number): number {
	if (rows <= 1) return 0;

	return 2 * (Math.log(rows - 1) + 0.577_215_664_9) - (2 * (rows - 1)) / rows;
}

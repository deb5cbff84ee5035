import uPlot from './charts/uPlot.esm.js';
import { followWidth } from './chartSize.js';
import { find, moment } from './elements.js';
import { drawBehaviour } from './mapDrawing.js';
import { colours, onThemeChange } from './theme.js';

const HEIGHT = 360;
/** What is farther from the cursor, in CSS pixels, is not meant. */
const REACH = 16;
const ROOM = 1.15;

/** A tenant's snapshots and centroids on a plane. `show` draws them anew. */
export function createBehaviourMap() {
	const place = find('map');
	let colour = colours();
	let shown = { snapshots: [], centroids: [], incidents: [] };
	const zoom = find('zoom');
	const isZoomed = () => zoom.getAttribute('aria-pressed') === 'true';
	const range = (axis) => (chart) => viewOf(shown, chart, isZoomed())[axis];
	const axis = {
		stroke: () => colour.quiet,
		grid: { stroke: () => colour.line, width: 1 },
		// Coordinates of a projection mean nothing by themselves: only what is near what is.
		values: (_, ticks) => ticks.map(() => ''),
		ticks: { show: false },
		size: 12,
	};
	const chart = new uPlot(
		{
			mode: 2,
			...{ width: place.clientWidth || 600, height: HEIGHT },
			padding: [8, 8, 0, 0],
			legend: { show: false },
			cursor: { drag: { x: false, y: false }, points: { show: false }, dataIdx: () => null },
			scales: { x: { time: false, range: range('x') }, y: { range: range('y') } },
			axes: [axis, { ...axis }],
			series: [
				null,
				{
					facets: [
						{ scale: 'x', auto: true },
						{ scale: 'y', auto: true },
					],
					paths: () => null,
					points: { show: false },
				},
			],
			hooks: {
				draw: [(drawn) => drawBehaviour(drawn, shown, colour)],
				setCursor: [(drawn) => readOut(drawn, shown)],
			},
		},
		[null, [[], []]],
		place,
	);
	followWidth(place, HEIGHT, (size) => chart.setSize(size));
	onThemeChange(() => {
		colour = colours();
		chart.redraw(false);
	});

	const draw = () => {
		const { snapshots } = shown;
		chart.setData([null, [snapshots.map(({ x }) => x), snapshots.map(({ y }) => y)]]);
	};
	zoom.addEventListener('click', () => {
		zoom.setAttribute('aria-pressed', String(!isZoomed()));
		draw();
	});

	return {
		show(behaviour) {
			shown = behaviour;
			draw();
			readOut(chart, shown);
			find('mapNote').textContent = noteOf(behaviour);
		},
	};
}

/** Room for all there is, or for the limit alone; a unit as long to the right as up: distances are to be compared by eye. */
function viewOf({ snapshots, centroids }, { bbox, width, height }, isZoomed) {
	const extent = (name) => {
		const values = [
			...(isZoomed ? [] : snapshots.map((snapshot) => snapshot[name])),
			...centroids.flatMap((centroid) => [
				centroid[name] - centroid.radius,
				centroid[name] + centroid.radius,
			]),
		];
		return values.length === 0 ? [-1, 1] : [Math.min(...values), Math.max(...values)];
	};
	const size = { x: bbox.width || width, y: bbox.height || height };
	const [x, y] = [extent('x'), extent('y')];
	const unitsPerPixel = ROOM * Math.max((x[1] - x[0]) / size.x, (y[1] - y[0]) / size.y, 1e-9);
	const around = ([low, high], pixels) => {
		const half = (unitsPerPixel * pixels) / 2;
		return [(low + high) / 2 - half, (low + high) / 2 + half];
	};
	return { x: around(x, size.x), y: around(y, size.y) };
}

/** The snapshot under the cursor, or how many there are. */
function readOut({ cursor: { left, top }, valToPos }, { snapshots }) {
	const reached = left >= 0 ? nearest(snapshots, { left, top, valToPos }) : undefined;
	const flagged = snapshots.filter((snapshot) => snapshot.flagged).length;
	find('mapReadout').textContent = reached
		? `${moment(reached.at)} · ${reached.strength.toFixed(2)} × limit`
		: `${snapshots.length} ${snapshots.length === 1 ? 'snapshot' : 'snapshots'}, ${flagged} beyond the limit`;
}

function nearest(snapshots, { left, top, valToPos }) {
	let best;
	let least = REACH;
	for (const snapshot of snapshots) {
		const away = Math.hypot(valToPos(snapshot.x, 'x') - left, valToPos(snapshot.y, 'y') - top);
		if (away > least) continue;
		least = away;
		best = snapshot;
	}
	return best;
}

function noteOf({ explained, snapshots, snapshotsFound, baselineVersion, space }) {
	const some =
		snapshotsFound > snapshots.length
			? ` ${snapshots.length} of ${snapshotsFound} snapshots are drawn.`
			: '';
	const of = space === 'features' ? '' : ` in the space ${space}`;

	return `A projection: 64 dimensions on the plane that shows most, ${Math.round(100 * explained)} % of what varies. Whether a snapshot is beyond the limit is measured in all of them; the shaded limit is how it looks from here. Baseline ${baselineVersion}${of}.${some}`;
}

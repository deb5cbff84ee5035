import uPlot from './charts/uPlot.esm.js';
import { followWidth } from './chartSize.js';
import { find, moment } from './elements.js';
import { colours, faded, onThemeChange } from './theme.js';

const HEIGHT = 420;
/** Snapshots are kept every five minutes at least: over a longer pause nothing is known. */
const PAUSE_SECONDS = 11 * 60;

/** How far a tenant was from its normal, over time. `show` draws it anew. */
export function createDistanceChart() {
	const place = find('distance');
	let colour = colours();
	let incidents = [];
	const stroke = () => colour.quiet;
	const grid = { stroke: () => colour.line, width: 1 };
	const chart = new uPlot(
		{
			...{ width: place.clientWidth || 600, height: HEIGHT },
			legend: { show: false },
			cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
			scales: { y: { range: (_, __, max) => [0, Math.max(1.5, (max ?? 0) * 1.1)] } },
			axes: [
				// A label such as 10:35pm is wider than the 50 px that a tick has otherwise.
				{ stroke, grid, ticks: grid, space: 80 },
				{ stroke, grid, ticks: grid, size: 46, label: 'times the limit', labelSize: 20 },
			],
			series: [
				{},
				{
					stroke: () => colour.accent,
					fill: () => faded(colour.accent, 0.12),
					width: 1.5,
					points: { show: false },
				},
				{
					stroke: () => colour.bad,
					fill: () => colour.bad,
					paths: () => null,
					points: { show: true, size: 6, width: 0, fill: () => colour.bad },
				},
			],
			hooks: {
				drawClear: [(drawn) => shadeIncidents(drawn, incidents, faded(colour.bad, 0.14))],
				draw: [(drawn) => drawLimit(drawn, colour.bad)],
				setCursor: [(drawn) => readOut(drawn)],
			},
		},
		[[], [], []],
		place,
	);
	followWidth(place, HEIGHT, (size) => chart.setSize(size));
	onThemeChange(() => {
		colour = colours();
		chart.redraw(false);
	});

	return {
		show(behaviour) {
			incidents = behaviour.incidents;
			const columns = columnsOf(behaviour);
			const max = Date.parse(behaviour.to) / 1000;
			// A tenant of yesterday is not drawn as a month of nothing.
			const begin = (columns[0][0] ?? 0) - PAUSE_SECONDS;
			const min = Math.max(begin, Date.parse(behaviour.from) / 1000);
			chart.batch(() => {
				chart.setData(columns, false);
				chart.setScale('x', { min, max });
			});
			readOut(chart);
		},
	};
}

/** Seconds, strengths with a gap where nothing is known, and those beyond the limit. */
function columnsOf({ snapshots, latest }) {
	const scores = snapshots.map(({ at, strength }) => ({ at: Date.parse(at) / 1000, strength }));
	const last = scores.at(-1)?.at ?? 0;
	const now = latest && Date.parse(latest.at) / 1000;
	if (latest && now > last) scores.push({ at: now, strength: latest.strength });
	const columns = [[], [], []];
	let before;
	for (const { at, strength } of scores) {
		if (before !== undefined && at - before > PAUSE_SECONDS) add(columns, [before + 1, null, null]);
		add(columns, [at, strength, strength > 1 ? strength : null]);
		before = at;
	}
	return columns;
}

function add(columns, row) {
	row.forEach((value, index) => columns[index].push(value));
}

function shadeIncidents({ ctx, bbox, valToPos, scales }, incidents, colour) {
	ctx.save();
	ctx.fillStyle = colour;
	for (const { openedAt, closedAt } of incidents) {
		const begin = Math.max(scales.x.min, Date.parse(openedAt) / 1000);
		const end =
			closedAt === null ? scales.x.max : Math.min(scales.x.max, Date.parse(closedAt) / 1000);
		const left = valToPos(begin, 'x', true);
		// An incident of seconds is seen too.
		const width = Math.max(2 * devicePixelRatio, valToPos(end, 'x', true) - left);
		if (end >= begin) ctx.fillRect(left, bbox.top, width, bbox.height);
	}
	ctx.restore();
}

function drawLimit({ ctx, bbox, valToPos }, colour) {
	const y = valToPos(1, 'y', true);
	ctx.save();
	ctx.strokeStyle = colour;
	ctx.lineWidth = 1.5 * devicePixelRatio;
	ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
	ctx.beginPath();
	ctx.moveTo(bbox.left, y);
	ctx.lineTo(bbox.left + bbox.width, y);
	ctx.stroke();
	ctx.restore();
}

/** What is under the cursor, or the newest. */
function readOut({ data: [times, strengths], cursor }) {
	const index = cursor.idx ?? times.length - 1;
	const strength = strengths[index];
	find('distanceReadout').textContent =
		strength === undefined || strength === null
			? 'No snapshot'
			: `${moment(times[index] * 1000)} · ${strength.toFixed(2)} × limit`;
}

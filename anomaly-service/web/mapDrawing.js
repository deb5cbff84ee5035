import { faded } from './theme.js';

const RADIUS = 2.6;

/** Draws limits, centroids and snapshots, the least important first. Sizes are in CSS pixels. */
export function drawBehaviour(chart, { snapshots, centroids, incidents, from, to }, colour) {
	const { ctx, bbox } = chart;
	const pen = penOf(chart);
	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	drawLimits(pen, centroids, colour);
	const usual = snapshots.filter(({ flagged }) => !flagged);
	const [begin, end] = [Date.parse(from), Date.parse(to)];
	for (const snapshot of usual) {
		const age = (Date.parse(snapshot.at) - begin) / (end - begin);
		pen.dot(snapshot, RADIUS, faded(colour.accent, 0.12 + 0.6 * age ** 2));
	}
	for (const centroid of centroids) drawCentroid(pen, centroid, colour);
	for (const snapshot of snapshots) {
		if (snapshot.flagged) pen.dot(snapshot, RADIUS * 1.4, colour.bad);
		if (isWithin(incidents, snapshot.at)) pen.ring(snapshot, RADIUS * 2.2, colour.bad);
	}
	const newest = snapshots.at(-1);
	if (newest) {
		pen.dot(newest, RADIUS * 2, newest.flagged ? colour.bad : colour.good);
		pen.ring(newest, RADIUS * 4, newest.flagged ? colour.bad : colour.good);
	}
	ctx.restore();
}

/** Draws at places of the plane. */
function penOf({ ctx, bbox, valToPos }) {
	const ratio = devicePixelRatio;
	// What lies outside of the view is drawn at its edge.
	const inset = 2.5 * RADIUS * ratio;
	const within = (value, from, size) =>
		Math.min(from + size - inset, Math.max(from + inset, value));
	const place = ({ x, y }) => [
		within(valToPos(x, 'x', true), bbox.left, bbox.width),
		within(valToPos(y, 'y', true), bbox.top, bbox.height),
	];
	const circle = (at, radius) => {
		const path = new Path2D();
		path.arc(...place(at), radius * ratio, 0, 2 * Math.PI);
		return path;
	};
	return {
		...{ ctx, ratio, place, valToPos },
		dot(at, radius, fill) {
			ctx.fillStyle = fill;
			ctx.fill(circle(at, radius));
		},
		ring(at, radius, stroke) {
			ctx.strokeStyle = stroke;
			ctx.lineWidth = 1.2 * ratio;
			ctx.stroke(circle(at, radius));
		},
	};
}

/** One area for all limits: inner outlines are painted over. */
function drawLimits({ ctx, ratio, valToPos }, centroids, colour) {
	const area = new Path2D();
	for (const { x, y, radius } of centroids) {
		const [left, right] = [valToPos(x, 'x', true), valToPos(x + radius, 'x', true)];
		const top = valToPos(y, 'y', true);
		area.moveTo(right, top);
		area.arc(left, top, right - left, 0, 2 * Math.PI);
	}
	ctx.strokeStyle = colour.bad;
	ctx.lineWidth = 3 * ratio;
	ctx.setLineDash([6 * ratio, 4 * ratio]);
	ctx.stroke(area);
	ctx.setLineDash([]);
	ctx.fillStyle = colour.panel;
	ctx.fill(area);
	ctx.fillStyle = faded(colour.good, 0.09);
	ctx.fill(area);
}

function drawCentroid({ ctx, ratio, place }, centroid, colour) {
	const [left, top] = place(centroid);
	const arm = (4 + 5 * Math.sqrt(centroid.weight ?? 0)) * ratio;
	ctx.strokeStyle = colour.text;
	ctx.lineWidth = 1.8 * ratio;
	ctx.beginPath();
	ctx.moveTo(left - arm, top);
	ctx.lineTo(left + arm, top);
	ctx.moveTo(left, top - arm);
	ctx.lineTo(left, top + arm);
	ctx.stroke();
}

function isWithin(incidents, at) {
	return incidents.some(
		({ openedAt, closedAt }) => at >= openedAt && (closedAt === null || at <= closedAt),
	);
}

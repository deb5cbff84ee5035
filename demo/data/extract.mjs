// Makes servegen.json: node extract.mjs <clients.json.gz>, a reduction of the ServeGen traces (see README.md).
// What it takes: eight ordinary clients, one common stretch of 7 days and 1 hour.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Of different sizes of model and shapes of day; the last one is the tenant whose loop the demo replays. */
const CLIENTS = [
	'm-small/39',
	'm-small/26',
	'm-small/36',
	'm-mid/14',
	'm-mid/98',
	'm-large/56',
	'm-large/4',
	'm-mid/64',
];

/** Ten-minute windows. The hour after the week is a busy one for m-mid/64: 2.4 times its mean. */
const WEEK = 1008;
const HOUR = 6;
const REPLAY_FROM = 1278;
const FROM = REPLAY_FROM - WEEK;
const TO = REPLAY_FROM + HOUR;

/** Token quantiles come per six hours, at 33 levels. 17 are kept, most of them high: the tail is where the money is. */
const WINDOWS_PER_SLOT = 36;
const LEVELS = [0, 2, 4, 7, 10, 13, 16, 18, 20, 22, 24, 26, 28, 29, 30, 31, 32].map((i) => i / 32);

const [source] = process.argv.slice(2);
if (!source) throw new Error('usage: node extract.mjs <clients.json.gz>');
const { header, clients } = JSON.parse(gunzipSync(readFileSync(source)).toString());

const lines = CLIENTS.map((id) => {
	const client = clients.find((candidate) => candidate.id === id);
	if (!client) throw new Error(`no client ${id} in ${source}`);
	if (client.peakToMean > 40 || client.weekRatio < 0.25 || client.weekRatio > 4) {
		throw new Error(`client ${id} is no ordinary one`);
	}
	return JSON.stringify(extract(client));
});
const head = JSON.stringify({
	source: header.source,
	license: header.license,
	cite: header.cite,
	windowMinutes: 10,
	windowsPerWeek: WEEK,
	windowsPerTokenSlot: WINDOWS_PER_SLOT,
	windowsBeforeFirstSlot: FROM % WINDOWS_PER_SLOT,
	quantileLevels: LEVELS,
}).slice(1, -1);
const text = `{${head},"clients":[\n${lines.join(',\n')}\n]}\n`;
writeFileSync(new URL('servegen.json', import.meta.url), text);
console.log(`${lines.length} clients, ${text.length} bytes`);

function extract({ id, rate, cv, input, output }) {
	const week = rate.slice(FROM, REPLAY_FROM);
	const mean = week.reduce((sum, value) => sum + value, 0) / week.length;

	return {
		id,
		rate: rate.slice(FROM, TO).map((value) => Number((value / mean).toFixed(3))),
		cv: cv.slice(FROM, TO),
		input: slots(input),
		output: slots(output),
	};
}

function slots(quantiles) {
	const first = Math.floor(FROM / WINDOWS_PER_SLOT);
	const last = Math.floor((TO - 1) / WINDOWS_PER_SLOT);
	return Array.from({ length: last - first + 1 }, (_, i) => thin(nearest(quantiles, first + i)));
}

/** A slot without requests has no quantiles; the nearest one that has some stands in. */
function nearest(quantiles, slot) {
	for (let distance = 0; distance < quantiles.length; distance++) {
		const found = quantiles[slot - distance] ?? quantiles[slot + distance];
		if (found) return found;
	}
	throw new Error('a client without token quantiles');
}

function thin(quantiles) {
	return LEVELS.map((level) => {
		const position = level * (quantiles.length - 1);
		const below = Math.floor(position);
		const above = Math.ceil(position);
		return Math.round(
			quantiles[below] + (quantiles[above] - quantiles[below]) * (position - below),
		);
	});
}

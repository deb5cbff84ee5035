import { loadPriceBook } from '../anomaly-service/src/priceData.ts';
import { createPricer, type Pricer } from '../anomaly-service/src/stages/price.ts';
import { readUsage } from '../core/readers/index.ts';
import type { UsageReading } from '../core/readers/reading.ts';
import { percentile, rounded, type Figure } from './figure.ts';
import { genaiPrices } from './genaiPrices.ts';
import { recordings, type Recording } from './recordings.ts';

/** They take turns, so that what else the machine does slows all of them; the first turns are the compiler's. */
const ROUNDS = 15;
const WARM_UP_ROUNDS = 3;
/** Long enough for the clock: 10 ms for the fastest. */
const EVENTS_A_TURN = 10_000;
/** A Wednesday at noon; the events are a second apart. */
const FROM = Date.UTC(2026, 9, 14, 12);

/** Prices one recording as an event of this moment; undefined: it has no price. */
type Path = (recording: Recording, at: number) => number | undefined;

/** Events read and priced per second on one core, by ours and by genai-prices over the same recordings. */
export async function pricing(): Promise<Figure[]> {
	const pricer = createPricer(await loadPriceBook(), () => ({ input: 0, output: 0 }));
	const theirs = await genaiPrices();
	if (!theirs) {
		process.stderr.write('skipped: genai-prices (npm ci --prefix tools/prices installs it)\n');
	}
	const ours: Path = (recording, at) => price(pricer, recording, readUsage(recording.body), at);
	const paths: Path[] = theirs ? [ours, theirs] : [ours];
	const both = recordings().filter((recording) => paths.every((path) => prices(path, recording)));
	const readings = new Map(both.map((recording) => [recording, readUsage(recording.body)]));
	const micros = takeTurns(both, {
		read: ({ body }) => Number(readUsage(body).outcome === 'read'),
		price: (recording, at) => price(pricer, recording, readings.get(recording), at),
		ours,
		...(theirs ? { theirs } : {}),
	});
	return [{ figure: 'recordings', value: both.length, unit: '1' }, ...figures(micros)];
}

/** genai-prices throws where it misses a count. */
function prices(path: Path, recording: Recording): boolean {
	try {
		return path(recording, FROM) !== undefined;
	} catch {
		return false;
	}
}

function price(
	pricer: Pricer,
	recording: Recording,
	reading: UsageReading | undefined,
	at: number,
): number | undefined {
	if (reading?.outcome !== 'read') return undefined;
	const { provider, serviceTier } = reading.facts;
	let { otherUnits } = reading;
	let sum = 0;
	for (const { model, usage } of reading.calls) {
		const call = { provider, model: model ?? recording.model, usage, otherUnits, serviceTier, at };
		const { costMicroCents, costSource } = pricer.priceUsage(call);
		if (costSource !== 'price') return undefined;
		sum += costMicroCents;
		otherUnits = undefined;
	}
	return sum;
}

type Turns = Readonly<Record<string, readonly number[]>>;

/** Microseconds an event, of each path in each round. */
function takeTurns(events: readonly Recording[], paths: Readonly<Record<string, Path>>): Turns {
	const micros = Object.fromEntries(Object.keys(paths).map((name) => [name, new Array<number>()]));
	for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
		for (const [name, path] of Object.entries(paths)) {
			const taken = turn(events, path);
			if (round >= 0) micros[name]?.push(taken);
		}
	}
	return micros;
}

function turn(events: readonly Recording[], path: Path): number {
	let sum = 0;
	let at = FROM;
	const end = FROM + EVENTS_A_TURN * 1000;
	const started = performance.now();
	while (at < end) {
		for (const event of events) {
			sum += path(event, at) ?? 0;
			at += 1000;
		}
	}
	const tookMs = performance.now() - started;
	if (!(sum > 0)) throw new Error('nothing was priced');

	return (tookMs * 1000 * 1000) / (at - FROM);
}

function figures({ ours = [], read = [], price: priced = [], theirs }: Turns): Figure[] {
	const perSecond = (micros: readonly number[]): number =>
		Math.round(1_000_000 / percentile(micros, 50));
	const compared = theirs && [
		{ figure: 'genai_prices_events_per_second', value: perSecond(theirs), unit: '1' },
		{
			figure: 'ratio_vs_genai_prices',
			value: rounded(
				percentile(
					theirs.map((micros, round) => micros / (ours[round] ?? 0)),
					50,
				),
			),
			unit: '1',
		},
	];
	return [
		{ figure: 'events_per_second', value: perSecond(ours), unit: '1' },
		{ figure: 'read_us', value: rounded(percentile(read, 50)), unit: 'us' },
		{ figure: 'price_us', value: rounded(percentile(priced, 50)), unit: 'us' },
		...(compared ?? []),
	];
}

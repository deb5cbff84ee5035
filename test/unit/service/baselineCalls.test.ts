import type { CompactCall } from '../../../core/behaviour/compactCall.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { lessonOf } from '../../../anomaly-service/src/stages/baselineCalls.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = 100 * DAY + 7 * MINUTE + 30_000;
const END = 100 * DAY + 7 * MINUTE;

const callAt = (at: number): CompactCall => [
	...([at, 'e', 'm', 1, 0, 1, 1, 1, 200, 1, '', '', ''] as const),
];

/** A tenant with these calls; `asked` are the spans its calls were read in. */
function tenant({
	at,
	learnFrom = null,
	spans = [],
}: {
	at: readonly number[];
	learnFrom?: number | null;
	spans?: [number, number][];
}) {
	const asked: [since: number, until: number][] = [];
	const call = async (name: string, args: { since: string; until: string }) => {
		if (name === 'excluded_spans') return { learnFrom, spans };
		const [since, until] = [Date.parse(args.since), Date.parse(args.until)];
		asked.push([since, until]);
		return at.filter((moment) => moment >= since && moment < until).map(callAt);
	};
	const database = { call } as unknown as Database;

	return { asked, lesson: () => lessonOf(database, 'acme', NOW) };
}

async function read(pages: AsyncIterable<readonly CompactCall[]>): Promise<number[][]> {
	const all: number[][] = [];
	for await (const page of pages) all.push(page.map(([at]) => at));
	return all;
}

describe('what a baseline is fitted on', () => {
	it('is read a day at a time, 14 of them, up to the last whole minute', async () => {
		const at = [END - 13 * DAY, END - 5 * DAY, END - 5 * DAY + 1, END - 1, END + 1];
		const { asked, lesson } = tenant({ at });
		const found = await lesson();

		// Nobody holds more than a day of calls: the first one until the pages are asked for.
		expect(asked).toHaveLength(2);
		expect(found?.firstAt).toBe(END - 13 * DAY);
		expect(found && (await read(found.pages))).toEqual([
			[END - 13 * DAY],
			[END - 5 * DAY, END - 5 * DAY + 1],
			[END - 1],
		]);
		expect(asked[0]).toEqual([END - 14 * DAY, END - 13 * DAY]);
		expect(asked.at(-1)).toEqual([END - DAY, END]);
	});

	it.each([[[]], [[END - DAY + HOUR]]])('is nothing without a day of history: %j', async (at) => {
		expect(await tenant({ at }).lesson()).toBeUndefined();
	});

	it('leaves out every minute that a span touches', async () => {
		const spans: [number, number][] = [
			[END - 3 * MINUTE - 1, END - 2 * MINUTE],
			[END - 1, END + HOUR],
		];
		const found = await tenant({ at: [END - 2 * DAY], spans }).lesson();
		const last = END / MINUTE;

		expect([...(found?.excluded ?? [])]).toEqual([last - 4, last - 3, last - 1]);
	});

	describe('after a new normal was decided', () => {
		const at = [END - 10 * DAY, END - 2 * DAY, END - HOUR];

		it('forgets what was before, once there is a day without it', async () => {
			const { asked, lesson } = tenant({ at, learnFrom: END - 2 * DAY });

			expect((await lesson())?.firstAt).toBe(END - 2 * DAY);
			expect(asked[0]).toEqual([END - 2 * DAY, END - DAY]);
		});

		it.each<[string, number, [number, number][]]>([
			['is half a day old', END - 12 * HOUR, []],
			['was left out but for half a day', END - 2 * DAY, [[END - 2 * DAY, END - 12 * HOUR]]],
		])('keeps it while the new one %s', async (_what, learnFrom, spans) => {
			expect((await tenant({ at, learnFrom, spans }).lesson())?.firstAt).toBe(END - 10 * DAY);
		});
	});
});

import {
	StoreUnavailableError,
	type Database,
} from '../../../anomaly-service/src/ports/database.ts';
import type { DatabaseFunctions } from '../../../anomaly-service/src/ports/databaseFunctions.ts';
import { usageRow } from '../../../anomaly-service/src/stages/usageRow.ts';
import { UsageWriter } from '../../../anomaly-service/src/stages/usageWriter.ts';
import { NOON } from '../../contract/counters/countersBench.ts';
import { usageEvent } from '../../support/rows.ts';

type Args = DatabaseFunctions['record_usage']['args'];

const oneTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A database whose writes end when the test says so. */
class SlowDatabase {
	readonly calls: Args[] = [];
	readonly told: string[][] = [];
	readonly #ends: (() => void)[] = [];
	failing: (args: Args) => Error | undefined = () => undefined;
	readonly port = {
		call: (name: string, args: Args & { runs: string[] }) =>
			name === 'record_usage' ? this.#record(args) : this.#tell(args.runs),
	} as unknown as Database;

	async #tell(runs: string[]) {
		this.told.push(runs);
	}

	async #record(args: Args) {
		this.calls.push(args);
		await new Promise<void>((resolve) => this.#ends.push(resolve));
		const error = this.failing(args);
		if (error) throw error;
		return { added: args.events.length, known: [] };
	}

	async endAll(): Promise<void> {
		for (let turn = 0; turn < 10; turn++) {
			await oneTurn();
			for (const end of this.#ends.splice(0)) end();
		}
	}
}

const row = (id: string) =>
	usageRow(
		usageEvent({ id, subject: `tenant-${id}` }),
		{ costMicroCents: 1, costSource: 'price', lineItems: [], contextTokens: 0 },
		NOON,
	);
const ids = ({ events }: Args) => events.map(({ id }) => id);

let database: SlowDatabase;
let writer: UsageWriter;
beforeEach(() => {
	database = new SlowDatabase();
	writer = new UsageWriter({ database: database.port, countsOutlive: true });
});
const write = (...given: string[]) => writer.write(given.map(row), NOON);

describe('writing usage', () => {
	it('writes together what comes at once or while two writes are under way, and answers each its own', async () => {
		const writes = [write('a')];
		await oneTurn();
		writes.push(write('b'));
		await oneTurn();
		writes.push(write('c', 'd'));
		await oneTurn();
		writes.push(write('e', 'c'));
		await database.endAll();

		expect(database.calls.map(ids)).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
		const outcomes = (await Promise.all(writes)).map(({ answers }) =>
			answers.map(({ outcome }) => outcome),
		);
		expect(outcomes).toEqual([
			['recorded'],
			['recorded'],
			['recorded', 'recorded'],
			['recorded', 'duplicate'],
		]);
	});

	it('records of an event that two send at once the first, as they are answered', async () => {
		const cheap = row('a');
		const dear = { ...cheap, tenant_id: 'tenant-b', cost_micro_cents: 9 };
		const writes = [writer.write([cheap], NOON), writer.write([dear], NOON)];
		await database.endAll();

		expect(database.calls[0]?.events).toMatchObject([
			{ tenant_id: 'tenant-a', cost_micro_cents: 1 },
		]);
		const outcomes = (await Promise.all(writes)).map(({ answers }) => answers[0]?.outcome);
		expect(outcomes).toEqual(['recorded', 'rejected']);
	});

	it('keeps a refused row from taking others with it', async () => {
		database.failing = (args) => (ids(args).includes('bad') ? new Error('refused') : undefined);
		const writes = Promise.allSettled([write('a'), write('b'), write('c'), write('bad')]);
		await database.endAll();

		expect((await writes).map(({ status }) => status)).toEqual([
			...['fulfilled', 'fulfilled', 'fulfilled'],
			'rejected',
		]);
	});

	it('asks a database that does not answer once for all', async () => {
		database.failing = () => new StoreUnavailableError('Postgres', undefined);
		const writes = Promise.allSettled([write('a'), write('b'), write('c'), write('d')]);
		await database.endAll();

		expect((await writes).every(({ status }) => status === 'rejected')).toBe(true);
		expect(database.calls).toHaveLength(1);
	});

	it('leaves out what goes without saying, and no cost of 0', async () => {
		void writer.write([{ ...row('a'), cost_micro_cents: 0, latency_ms: 0 }], NOON);
		await oneTurn();
		const [event] = database.calls[0]?.events ?? [];

		expect(event).toMatchObject({ cost_micro_cents: 0, latency_ms: 0, input_uncached: 400 });
		expect(event).not.toHaveProperty('reasoning');
		expect(event).not.toHaveProperty('reservation_id');
		expect(event).not.toHaveProperty('other_units');
	});
});

describe('what has to be counted', () => {
	it('is told to be counted by the next write, once all that was written with it is', async () => {
		const writes = [write('a')];
		await oneTurn();
		writes.push(write('b'), write('c'));
		await database.endAll();
		const [a, b, c] = await Promise.all(writes);
		a?.counted();
		b?.counted();
		void write('next');
		await oneTurn();
		c?.counted();
		void write('last');
		await oneTurn();

		const runs = database.calls.map(({ run }) => run);
		expect(new Set(runs).size).toBe(4);
		expect(database.calls.map(({ counted }) => counted)).toEqual([
			null,
			null,
			[runs[0]],
			[runs[1]],
		]);
	});

	it('is told within seconds when nothing is written any more', async () => {
		const writing = write('a');
		await database.endAll();
		(await writing).counted();
		await writer.tellCounted();
		await writer.tellCounted();

		expect(database.told).toEqual([[database.calls[0]?.run]]);
	});

	it('is not noted where counts end with the process', async () => {
		writer = new UsageWriter({ database: database.port, countsOutlive: false });
		void write('a');
		await oneTurn();

		expect(database.calls[0]?.run).toBeNull();
	});
});

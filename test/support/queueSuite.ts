import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { sharedDatabase } from '../contract/databaseBench.ts';
import { MovingClock, queueBench, type QueueBench } from './queueBench.ts';
import { Room } from './room.ts';
import { startWaitingExecutions, type WaitingExecutions } from './waitingExecutions.ts';
import { openMemoryDatabase } from './servers/migratedPglite.ts';

export type QueueSuite = {
	database: Database;
	/** One for all tests of the suite; what it has seen is forgotten before each. */
	n8n: WaitingExecutions;
	room: Room;
	clock: MovingClock;
	queue: QueueBench;
	/** What the queue logged. */
	lines: unknown[];
	/** Names of the executions that went on, in order. */
	resumed: () => string[];
	/** What the one that went on first was told. */
	told: () => Told;
	stateOf: (queueId: string) => Promise<string | undefined>;
};
export type Told = { decision: string; reservationId: string; [field: string]: unknown };

/** Longer than every lease, retry and deadline of these tests. */
const MUCH_LATER_MS = 2 * 3_600_000;

/** A queue with real receivers for each test of the enclosing suite, on one database that is empty before each. */
export function queueSuite(): QueueSuite {
	const database = sharedDatabase(openMemoryDatabase);
	const suite = {
		database,
		resumed: () => suite.n8n.resumed.map(({ executionId }) => executionId),
		told: () => (JSON.parse(suite.n8n.resumed[0]?.body ?? '{}') as { data: Told }).data,
		stateOf: async (queueId: string) => (await suite.queue.calls.find(queueId, null))?.state,
	} as QueueSuite;

	beforeAll(async () => {
		suite.n8n = await startWaitingExecutions();
	});
	afterAll(() => suite.n8n.close());
	beforeEach(() => {
		suite.n8n.resumed.length = 0;
		suite.n8n.requests.length = 0;
		suite.room = new Room();
		suite.clock = new MovingClock();
		suite.lines = [];
		suite.queue = queueBench({ ...suite });
	});
	afterEach(async () => {
		const { queue, clock } = suite;
		await queue.calls.drain({ tenantId: null, actor: 'test', lane: null, now: clock.now() });
		clock.move(MUCH_LATER_MS);
		await queue.tick();
		await queue.stop();
		const inAYear = new Date(clock.now() + 366 * 86_400_000).toISOString();
		await database.call('prune_calls', { now: inAYear });
	});
	return suite;
}

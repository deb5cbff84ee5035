import { createHttpWebhookSender } from '../../anomaly-service/src/adapters/webhook/httpWebhookSender.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { CallQueue, type ParkRequest } from '../../anomaly-service/src/stages/callQueue.ts';
import { QueueView } from '../../anomaly-service/src/stages/queueView.ts';
import {
	createQueueWorkers,
	type QueueWorkers,
} from '../../anomaly-service/src/stages/queueWorkers.ts';
import type { BusinessHours } from '../../core/businessHours.ts';
import { NOON } from '../contract/databaseBench.ts';
import { anAsk } from './parkedCalls.ts';
import type { Room } from './room.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export class MovingClock {
	#now = NOON;

	now(): number {
		return this.#now;
	}

	move(ms: number): void {
		this.#now += ms;
	}
}

type BenchOptions = {
	database: Database;
	room: Room;
	clock: MovingClock;
	businessHours?: BusinessHours;
	/** Ends an attempt that gets no answer. */
	timeoutMs?: number;
	/** Where log lines go. */
	lines?: unknown[];
};

export type QueueBench = QueueWorkers & {
	calls: CallQueue;
	view: QueueView;
	/** Parks a call that is due in a second. */
	park(request: Partial<ParkRequest> & { tenantId: string; resumeUrl: string }): Promise<string>;
	/** Decides and tells what can be, until nothing moves any more. */
	tick(): Promise<void>;
};

/** One replica of the queue. */
export function queueBench(options: BenchOptions): QueueBench {
	const { database, room, clock, businessHours = null, timeoutMs = 1000, lines = [] } = options;
	const nothing = () => undefined;
	const log = (...line: unknown[]) => lines.push(line);
	const view = new QueueView(database);
	const calls = new CallQueue(database, view);
	const workers = createQueueWorkers({
		database,
		view,
		clock,
		log: { debug: log, info: log, warn: log, error: log },
		metrics: {
			queueDecisions: { inc: nothing },
			queueResumes: { inc: nothing },
			queueWaitSeconds: { observe: nothing },
		},
		businessHours,
		sender: createHttpWebhookSender(timeoutMs),
		secretOf: () => SECRET,
		reserve: room.reserve,
		release: room.release,
		renew: room.renew,
	});

	return {
		...workers,
		calls,
		view,
		async park(request) {
			const parked = await calls.park(
				{
					lane: 'standard',
					ask: anAsk(request.tenantId),
					keyId: 'key_1',
					deadlineAt: clock.now() + 3_600_000,
					blockedBy: [],
					...request,
				},
				clock.now(),
			);
			if (parked.outcome !== 'parked') throw new Error('the queue is full');
			return parked.queueId;
		},
		async tick() {
			await workers.scheduler.run();
			await workers.resumer.run();
			await workers.resumer.settled();
		},
	};
}

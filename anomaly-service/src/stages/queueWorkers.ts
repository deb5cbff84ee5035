import { Resumer, type ResumerDependencies } from './resumer.ts';
import { Scheduler, type SchedulerDependencies } from './scheduler.ts';

export type QueueWorkerDependencies = Omit<SchedulerDependencies, 'decided'> &
	Omit<ResumerDependencies, 'roomMade'>;

export type QueueWorkers = {
	scheduler: Scheduler;
	resumer: Resumer;
	/** Decides nothing more, then tells nothing more. */
	stop(): Promise<void>;
};

/** Who decides about waiting calls and who tells them, each waking the other when it has made work or room. */
export function createQueueWorkers(deps: QueueWorkerDependencies): QueueWorkers {
	const wake = (worker: { run(): Promise<void> }) => {
		worker.run().catch((error: unknown) => {
			deps.log.error({ err: error }, 'queue could not be read');
		});
	};
	const scheduler = new Scheduler({ ...deps, decided: () => wake(resumer) });
	const resumer: Resumer = new Resumer({
		...deps,
		// While decided calls pile up nothing more is decided; the first one told makes room.
		roomMade: () => {
			if (scheduler.isFull) wake(scheduler);
		},
	});

	return {
		scheduler,
		resumer,
		async stop() {
			await scheduler.stop();
			await resumer.stop();
		},
	};
}

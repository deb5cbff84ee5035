import { parentPort, workerData } from 'node:worker_threads';
import { historyOf, type CompactCall } from '../../../../core/behaviour/compactCall.ts';
import { fitBaseline } from '../../../../core/behaviour/fitBaseline.ts';
import type { MinuteSums } from '../../../../core/behaviour/minuteSums.ts';
import { seededRandom } from '../../../../core/behaviour/seededRandom.ts';
import type { FitRequest } from '../../ports/baselineFitter.ts';

const { to, excluded } = workerData as FitRequest;
const history = new Map<number, MinuteSums>();

/** Pages of calls, each answered when it is added up, then null: it is answered with the baseline. */
parentPort?.on('message', (page: readonly CompactCall[] | null) => {
	if (page === null) {
		const firstMinute = Math.min(...history.keys());
		const random = seededRandom(to);
		parentPort?.postMessage(fitBaseline(history, { to, firstMinute, excluded }, random));
		parentPort?.close();
		return;
	}
	for (const [minute, sums] of historyOf(page)) history.set(minute, sums);
	parentPort?.postMessage(null);
});

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Baseline } from '../../../../core/behaviour/fitBaseline.ts';
import type { BaselineFitter } from '../../ports/baselineFitter.ts';

const PROGRAM = join(import.meta.dirname, 'fitWorker.ts');

/** One worker thread a fit: they are rare, and a thread that ends gives all its memory back. */
export function createWorkerFitter(): BaselineFitter {
	return {
		fit: (request, signal) =>
			new Promise<Baseline>((resolve, reject) => {
				const worker = new Worker(PROGRAM, { workerData: request });
				worker.once('message', (baseline: Baseline) => resolve(baseline));
				worker.once('error', reject);
				worker.once('exit', (code) => {
					signal.removeEventListener('abort', end);
					reject(new Error(`baseline worker ended with code ${code}`));
				});
				const end = () => void worker.terminate();
				signal.addEventListener('abort', end, { once: true });
			}),
	};
}

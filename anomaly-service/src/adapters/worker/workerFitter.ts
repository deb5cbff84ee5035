import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Baseline } from '../../../../core/behaviour/fitBaseline.ts';
import type { BaselineFitter, CallPages } from '../../ports/baselineFitter.ts';

const PROGRAM = join(import.meta.dirname, 'fitWorker.ts');

/** One worker thread a fit: they are rare, and a thread that ends gives all its memory back. */
export function createWorkerFitter(): BaselineFitter {
	return {
		async fit(request, pages, signal) {
			signal.throwIfAborted();
			const worker = new Worker(PROGRAM, { workerData: request });
			const ended = new AbortController();
			worker.once('exit', (code) => {
				ended.abort(new Error(`baseline worker ended with code ${code}`));
			});
			const end = () => void worker.terminate();
			signal.addEventListener('abort', end, { once: true });
			try {
				return await feed(worker, pages, ended.signal);
			} finally {
				signal.removeEventListener('abort', end);
				await worker.terminate();
			}
		},
	};
}

/** One page at a time: the next one is read when the worker has added up the one before. */
async function feed(worker: Worker, pages: CallPages, ended: AbortSignal): Promise<Baseline> {
	for await (const page of pages) await ask(worker, page, ended);
	const [baseline] = await ask(worker, null, ended);

	return baseline as Baseline;
}

/** An `error` of the worker and its end reject. */
async function ask(worker: Worker, message: unknown, ended: AbortSignal): Promise<unknown[]> {
	const answer = once(worker, 'message', { signal: ended });
	worker.postMessage(message);

	return answer;
}

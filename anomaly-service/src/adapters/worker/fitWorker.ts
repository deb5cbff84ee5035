import { parentPort, workerData } from 'node:worker_threads';
import { historyOf } from '../../../../core/behaviour/compactCall.ts';
import { fitBaseline } from '../../../../core/behaviour/fitBaseline.ts';
import { minuteOf } from '../../../../core/behaviour/minuteSums.ts';
import { seededRandom } from '../../../../core/behaviour/seededRandom.ts';
import type { FitRequest } from '../../ports/baselineFitter.ts';

const { calls, to, excluded } = workerData as FitRequest;
const firstMinute = minuteOf(calls[0]?.[0] ?? 0);

parentPort?.postMessage(
	fitBaseline(historyOf(calls), { to, firstMinute, excluded }, seededRandom(to)),
);

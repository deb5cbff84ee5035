import { addCall, emptySums, minuteOf, type Call } from '../../core/behaviour/minuteSums.ts';
import type { MinuteSums } from '../../core/behaviour/minuteSums.ts';

/** The minutes of calls, added up anew. */
export function minutesOf(calls: readonly Call[]): Map<number, MinuteSums> {
	const minutes = new Map<number, MinuteSums>();
	for (const call of calls) {
		const minute = minuteOf(call.at);
		const sums = minutes.get(minute) ?? emptySums();
		addCall(sums, call);
		minutes.set(minute, sums);
	}
	return minutes;
}

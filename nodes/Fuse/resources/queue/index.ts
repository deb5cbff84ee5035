import type { Resource } from '../../shared/operation.ts';
import { cancel } from './cancel.ts';
import { deleteDeadLetter } from './deleteDeadLetter.ts';
import { drain } from './drain.ts';
import { get } from './get.ts';
import { getAll } from './getAll.ts';
import { getDeadLetters } from './getDeadLetters.ts';
import { getSummary } from './getSummary.ts';
import { promote } from './promote.ts';
import { retryDeadLetter } from './retryDeadLetter.ts';

export const queue: Resource = {
	value: 'queue',
	name: 'Queue',
	operations: [
		cancel,
		deleteDeadLetter,
		drain,
		get,
		getAll,
		getDeadLetters,
		getSummary,
		promote,
		retryDeadLetter,
	],
};

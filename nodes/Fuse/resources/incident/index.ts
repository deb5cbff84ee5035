import type { Resource } from '../../shared/operation.ts';
import { acknowledge } from './acknowledge.ts';
import { get } from './get.ts';
import { getAll } from './getAll.ts';
import { reportAction } from './reportAction.ts';
import { undo } from './undo.ts';

export const incident: Resource = {
	value: 'incident',
	name: 'Incident',
	operations: [acknowledge, get, getAll, reportAction, undo],
};

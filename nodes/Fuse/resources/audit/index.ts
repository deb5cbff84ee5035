import type { Resource } from '../../shared/operation.ts';
import { exportFile } from './exportFile.ts';
import { search } from './search.ts';
import { verify } from './verify.ts';

export const audit: Resource = {
	value: 'audit',
	name: 'Audit',
	operations: [exportFile, search, verify],
};

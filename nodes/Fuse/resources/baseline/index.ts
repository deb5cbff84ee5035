import type { Resource } from '../../shared/operation.ts';
import { accept } from './accept.ts';
import { compare } from './compare.ts';
import { get } from './get.ts';
import { getVersions } from './getVersions.ts';
import { refresh } from './refresh.ts';
import { refreshAll } from './refreshAll.ts';
import { rollBack } from './rollBack.ts';

export const baseline: Resource = {
	value: 'baseline',
	name: 'Baseline',
	operations: [accept, compare, get, getVersions, refresh, refreshAll, rollBack],
};

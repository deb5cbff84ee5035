import type { Resource } from '../../shared/operation.ts';
import { backtest } from './backtest.ts';
import { getDigest } from './getDigest.ts';
import { getSpend } from './getSpend.ts';
import { getTotal } from './getTotal.ts';
import { whatIf } from './whatIf.ts';

export const report: Resource = {
	value: 'report',
	name: 'Report',
	operations: [backtest, getDigest, getSpend, getTotal, whatIf],
};

import type { Resource } from '../../shared/operation.ts';
import { block } from './block.ts';
import { createMaintenanceWindow } from './createMaintenanceWindow.ts';
import { deleteMaintenanceWindow } from './deleteMaintenanceWindow.ts';
import { get } from './get.ts';
import { getAll } from './getAll.ts';
import { getExplanation } from './getExplanation.ts';
import { getMaintenanceWindows } from './getMaintenanceWindows.ts';
import { getSpend } from './getSpend.ts';
import { getState } from './getState.ts';
import { unblock } from './unblock.ts';
import { update } from './update.ts';

export const tenant: Resource = {
	value: 'tenant',
	name: 'Tenant',
	operations: [
		block,
		createMaintenanceWindow,
		deleteMaintenanceWindow,
		get,
		getExplanation,
		getAll,
		getMaintenanceWindows,
		getSpend,
		getState,
		unblock,
		update,
	],
};

import { searchAlerts } from './searchAlerts.ts';
import { searchIncidents } from './searchIncidents.ts';
import { searchKeys } from './searchKeys.ts';
import { searchLimits } from './searchLimits.ts';
import { searchPlans } from './searchPlans.ts';
import { searchProviders } from './searchProviders.ts';
import { searchDeadLetters, searchQueue, searchWaiting } from './searchQueue.ts';
import { searchTenants } from './searchTenants.ts';
import { searchVirtualKeys } from './searchVirtualKeys.ts';

export const listSearch = {
	searchAlerts,
	searchDeadLetters,
	searchIncidents,
	searchKeys,
	searchLimits,
	searchPlans,
	searchProviders,
	searchQueue,
	searchTenants,
	searchVirtualKeys,
	searchWaiting,
};

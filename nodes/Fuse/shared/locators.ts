import type { INodeProperties } from 'n8n-workflow';

type Locator = {
	displayName: string;
	name: string;
	searchListMethod: string;
	placeholder: string;
	description: string;
	required?: boolean;
	/** Instead of "By ID", for what is known by its name. */
	by?: string;
};

/** Choose from what the service knows, or give the id. */
function locator({ searchListMethod, placeholder, by = 'ID', ...shown }: Locator): INodeProperties {
	return {
		...shown,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select…',
				typeOptions: { searchListMethod, searchable: true },
			},
			{ displayName: `By ${by}`, name: 'id', type: 'string', placeholder },
		],
	};
}

export function tenantLocator(
	shown: Partial<Pick<Locator, 'required' | 'description'>> = {},
): INodeProperties {
	return locator({
		displayName: 'Tenant',
		name: 'tenantId',
		searchListMethod: 'searchTenants',
		placeholder: 'e.g. org_98765_alpha',
		description:
			'The customer whose usage is metered. The list has those of the last week, and all when searched.',
		required: true,
		...shown,
	});
}

/** In a collection of filters. */
export const tenantFilter = tenantLocator({
	required: false,
	description: 'Only of this customer. The list has those of the last week, and all when searched.',
});

export const limitLocator = locator({
	displayName: 'Limit',
	name: 'limitId',
	searchListMethod: 'searchLimits',
	placeholder: 'e.g. lim_Q2dYt0vZx3Ka',
	description: 'The limit that is meant',
	required: true,
});

export const planLocator = locator({
	displayName: 'Plan',
	name: 'plan',
	searchListMethod: 'searchPlans',
	placeholder: 'e.g. pro',
	description: 'The name that limits and tenants share. The list has the plans that limits name.',
	required: true,
	by: 'Name',
});

export const incidentLocator = locator({
	displayName: 'Incident',
	name: 'incidentId',
	searchListMethod: 'searchIncidents',
	placeholder: 'e.g. inc_…',
	description: 'The opening of a breaker that is meant',
	required: true,
});

export const alertLocator = locator({
	displayName: 'Alert',
	name: 'alertId',
	searchListMethod: 'searchAlerts',
	placeholder: 'e.g. alr_5d1f0c2b7a9e4f6c8b30',
	description: 'The alert that is meant, or an incident by its ID. The list has the firing alerts.',
	required: true,
});

export const keyLocator = locator({
	displayName: 'Service Key',
	name: 'keyId',
	searchListMethod: 'searchKeys',
	placeholder: 'e.g. key_…',
	description: 'The service key that is meant, by its ID and not the key itself',
	required: true,
});

export const virtualKeyLocator = locator({
	displayName: 'Virtual Key',
	name: 'virtualKeyId',
	searchListMethod: 'searchVirtualKeys',
	placeholder: 'e.g. vk_5d1f0c2b7a9e4f6c8b30',
	description: 'The key of the customer that is meant, by its ID and not the key itself',
	required: true,
});

export const providerLocator = locator({
	displayName: 'Provider',
	name: 'providerId',
	searchListMethod: 'searchProviders',
	placeholder: 'e.g. openai',
	description: 'Who serves the models',
	required: true,
	by: 'Name',
});

export function queueLocator(
	searchListMethod: 'searchQueue' | 'searchWaiting' | 'searchDeadLetters',
	displayName = 'Queued Call',
): INodeProperties {
	return locator({
		displayName,
		name: 'queueId',
		searchListMethod,
		placeholder: 'e.g. que_6f0c…',
		description:
			searchListMethod === 'searchDeadLetters'
				? 'What is meant: que_, msg_, act_ or ntf_ and its letters'
				: 'The parked call that is meant; its ID is in the answer queue',
		required: true,
	});
}

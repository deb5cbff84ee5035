import type { INodeProperties } from 'n8n-workflow';
import { runsAsTool } from '../../../shared/runsAsTool.ts';
import { incidentLocator } from '../../shared/locators.ts';
import type { Call } from '../../shared/operation.ts';
import { fault, text } from '../../shared/reading.ts';

/** The key is told in the output: where that goes is for people to decide. */
export const keyNotice: INodeProperties = {
	displayName:
		'The key itself is in the output, and in the saved data of this execution. Put it where it belongs right away.',
	name: 'notice',
	type: 'notice',
	default: '',
};

/** One key, or all of a tenant at once. */
export function reachField(all: { name: string; description: string }): INodeProperties {
	return {
		displayName: 'Keys',
		name: 'reach',
		type: 'options',
		default: 'one',
		options: [
			{ name: 'One Key', value: 'one', description: 'The key that is chosen' },
			{ ...all, value: 'all' },
		],
	};
}

export const shownForOne = { show: { reach: ['one'] } };
export const shownForAll = { show: { reach: ['all'] } };

export const incidentOfKeys: INodeProperties = {
	...incidentLocator,
	description: 'The incident the keys were revoked for',
};

export const reasonField: INodeProperties = {
	displayName: 'Reason',
	name: 'reason',
	type: 'string',
	default: '',
	placeholder: 'e.g. lost laptop',
	description: 'Why, as the list of keys and the audit tell it',
};

export function reachesAll(call: Call): boolean {
	return text(call, 'reach') === 'all';
}

export function refuseToAgent(call: Call): void {
	if (!runsAsTool(call.context)) return;

	throw fault(
		call,
		'An AI agent does not make virtual keys: a model would read the key',
		'Make the key in a step of the workflow instead.',
	);
}

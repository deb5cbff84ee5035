import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** What a limit is about, without how it falls back. */
export const SIMPLE_LIMIT = [
	'id',
	'scope',
	'subject',
	'unit',
	'window',
	'capacity',
	'capacityUsd',
	'plan',
	'tenantId',
	'mode',
];

const CUSTOM = 'custom';
const CALENDAR = ['day', 'week', 'month'];

/** Only these begin at midnight somewhere. */
export function isCalendar(window: string): boolean {
	return CALENDAR.includes(window);
}

const windows: INodePropertyOptions[] = [
	{ name: '1 Day (Rolling)', value: '24h' },
	{ name: '1 Hour (Rolling)', value: '1h' },
	{ name: '1 Minute (Rolling)', value: '1m' },
	{ name: '30 Days (Rolling)', value: '30d' },
	{ name: '5 Minutes (Rolling)', value: '5m' },
	{ name: '7 Days (Rolling)', value: '7d' },
	{ name: 'Calendar Day', value: 'day' },
	{ name: 'Calendar Month', value: 'month' },
	{ name: 'Calendar Week', value: 'week' },
	{ name: 'Custom', value: CUSTOM },
];

export const windowField: INodeProperties = {
	displayName: 'Window',
	name: 'window',
	type: 'options',
	default: 'month',
	description: 'The time that is counted: one that ends now, or since midnight in a time zone',
	options: windows,
};

export const customWindowField: INodeProperties = {
	displayName: 'Custom Window',
	name: 'customWindow',
	type: 'string',
	default: '',
	placeholder: 'e.g. 90m',
	description: 'A whole number and s, m, h or d, from 1s to 366d, counted back from now',
};

export const timeZoneField: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timeZone',
	type: 'string',
	default: '',
	placeholder: 'e.g. Europe/Berlin',
	description: 'Whose midnight starts a calendar window. UTC when empty.',
};

/** The window as the service writes it, from the list or from the field beside it. */
export function windowOf(chosen: string, custom: string): string {
	return chosen === CUSTOM ? custom : chosen;
}

export const modeField: INodeProperties = {
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	default: 'enforce',
	description: 'What the limit does to calls over it',
	options: [
		{ name: 'Enforce', value: 'enforce', description: 'Calls over the limit are not allowed' },
		{
			name: 'Shadow',
			value: 'shadow',
			description: 'Count and tell what would be refused, but refuse nothing',
		},
	],
};

export const whenOverField: INodeProperties = {
	displayName: 'When Over the Limit',
	name: 'whenOver',
	type: 'options',
	default: 'queue',
	description: 'What happens to a call that does not fit',
	options: [
		{
			name: 'Queue',
			value: 'queue',
			description: 'A call that can be resumed waits for room, any other is refused',
		},
		{ name: 'Reject', value: 'reject', description: 'Every call is refused' },
	],
};

export const whenStoreDownField: INodeProperties = {
	displayName: 'When Counters Are Down',
	name: 'whenStoreDown',
	type: 'options',
	default: 'closed',
	description:
		'What holds while nobody can count. Unless set: closed for money and concurrency, open for the rest.',
	options: [
		{ name: 'Closed', value: 'closed', description: 'Refuse' },
		{ name: 'Open', value: 'open', description: 'Let through' },
	],
};

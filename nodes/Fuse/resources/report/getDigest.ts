import { utcDay } from '../../../../core/utc.ts';
import { wallTimeAt } from '../../../../core/zonedTime.ts';
import { askOne } from '../../shared/ask.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, given, instant } from '../../shared/reading.ts';
import { timeZoneOf } from './spendQuery.ts';

export const getDigest: Operation = {
	value: 'getDigest',
	name: 'Get Digest',
	action: 'Get the digest of a day',
	description: 'Get what a day cost against what was to be expected, with a text to send',
	role: 'read',
	fields: [
		{
			displayName: 'Day',
			name: 'day',
			type: 'dateTime',
			default: '',
			description: 'Any moment of it, in the time zone of the workflow. Unless set: yesterday.',
		},
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [tenantFilter],
		},
	],
	async run(call) {
		const query = {
			day: dayOf(call),
			timeZone: timeZoneOf(call),
			...given(collection(call, 'filters'), ['tenantId']),
		};
		return [await askOne(call, { path: '/v1/reports/digest', query })];
	},
};

/** The day that clocks in the zone of the workflow show: `2026-10-14`. */
function dayOf(call: Call): string | undefined {
	const { context, itemIndex } = call;
	const moment = instant(call, 'Day', context.getNodeParameter('day', itemIndex, ''));
	if (moment === undefined) return undefined;

	return utcDay(wallTimeAt(timeZoneOf(call), Date.parse(moment)));
}

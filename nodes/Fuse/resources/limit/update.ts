import type { IDataObject } from 'n8n-workflow';
import { askOne, path } from '../../shared/ask.ts';
import { limitLocator } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, fault, given, id, usd } from '../../shared/reading.ts';
import { wholeNumber } from '../../../shared/parameters.ts';
import type { JsonRecord } from '../../../../core/readers/reading.ts';
import {
	customWindowField,
	isCalendar,
	modeField,
	timeZoneField,
	whenOverField,
	whenStoreDownField,
	windowField,
	windowOf,
} from './fields.ts';

/** What PUT takes; an answer has more. */
const SETTABLE = [
	'scope',
	'subject',
	'unit',
	'window',
	'timeZone',
	'capacity',
	'plan',
	'tenantId',
	'shared',
	'mode',
	'whenOver',
	'whenStoreDown',
];

export const update: Operation = {
	value: 'update',
	name: 'Update',
	action: 'Update a limit',
	description: 'Change the amount, the window or the effect of a limit; what was counted stays',
	role: 'operate',
	fields: [
		limitLocator,
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Amount (USD)',
					name: 'amountUsd',
					type: 'string',
					default: '',
					placeholder: 'e.g. 500.00',
					description: 'For a limit on money, with up to 8 decimals',
				},
				{
					displayName: 'Capacity',
					name: 'capacity',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 0 },
					default: 1000,
					description: 'In the unit of the limit; money in micro-cents',
				},
				customWindowField,
				modeField,
				timeZoneField,
				whenOverField,
				whenStoreDownField,
				windowField,
			],
		},
	],
	async run(call) {
		const limitId = id(call, 'limitId', 'Limit');
		const changes = collection(call, 'updateFields');
		if (Object.keys(changes).length === 0) {
			throw fault(call, 'There is nothing to update', 'Add at least one of the Update Fields.');
		}
		const address = path`/v1/limits/${limitId}`;
		// PUT replaces the whole limit, so what does not change is sent as it is.
		const current = await askOne(call, { path: address });
		const kept = Object.entries(current).filter(([name]) => SETTABLE.includes(name));
		const body = { ...Object.fromEntries(kept), ...changedFields(call, changes, current) };

		return [await askOne(call, { method: 'PUT', path: address, body })];
	},
};

function changedFields(call: Call, changes: JsonRecord, current: IDataObject): IDataObject {
	return {
		...capacityPart(call, changes, current),
		...windowPart(changes),
		...given(changes, ['mode', 'whenOver', 'whenStoreDown']),
	};
}

function capacityPart(call: Call, changes: JsonRecord, { unit }: IDataObject): IDataObject {
	const { context, itemIndex } = call;
	if (changes['amountUsd'] === undefined) {
		const { capacity } = changes;
		return capacity === undefined
			? {}
			: { capacity: wholeNumber(context, 'Capacity', capacity, itemIndex) };
	}
	if (unit !== 'microCents') {
		throw fault(
			call,
			`This limit counts ${String(unit)}, not money`,
			'Set Capacity instead of Amount (USD).',
		);
	}
	return { capacity: usd(call, 'Amount (USD)', changes['amountUsd']) };
}

/** A rolling window has no time zone, so the one of the window before goes with it. */
function windowPart(changes: JsonRecord): IDataObject {
	const { timeZone } = given(changes, ['timeZone']);
	const { window: chosen = '', customWindow = '' } = given(changes, ['window', 'customWindow']);
	const window = windowOf(chosen, customWindow) || customWindow;
	const zone = timeZone ? { timeZone } : {};
	if (window === '') return zone;

	return isCalendar(window) ? { window, ...zone } : { window, timeZone: null };
}

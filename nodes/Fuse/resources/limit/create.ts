import type { IDataObject } from 'n8n-workflow';
import { amountOf } from '../../shared/amount.ts';
import { askOne } from '../../shared/ask.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, count, given, id, text } from '../../shared/reading.ts';
import { createFields } from './createFields.ts';
import { isCalendar, windowOf } from './fields.ts';

const OPTIONS = ['id', 'mode', 'whenOver', 'whenStoreDown'] as const;

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Create a limit',
	description:
		'Set a budget, a rate limit or a number of calls at once; it holds for the next call',
	role: 'operate',
	fields: createFields,
	async run(call) {
		const options = collection(call, 'options');
		const body: IDataObject = {
			scope: text(call, 'scope'),
			unit: text(call, 'unit'),
			...windowPart(call),
			capacity: capacityOf(call),
			...audiencePart(call),
			...subjectPart(call),
			...given(options, OPTIONS),
			...(options['shared'] === true ? { shared: true } : {}),
		};

		return [await askOne(call, { method: 'POST', path: '/v1/limits', body })];
	},
};

function windowPart(call: Call): IDataObject {
	if (text(call, 'unit') === 'concurrency') return {};
	const window = windowOf(text(call, 'window'), text(call, 'customWindow'));
	const timeZone = isCalendar(window) ? text(call, 'timeZone') : '';

	return { window, ...(timeZone ? { timeZone } : {}) };
}

function capacityOf(call: Call): number {
	return text(call, 'unit') === 'microCents'
		? amountOf(call, 'Amount')
		: count(call, 'capacity', 'Capacity');
}

/** A global limit is for everybody. */
function audiencePart(call: Call): IDataObject {
	const audience = text(call, 'scope') === 'global' ? 'everybody' : text(call, 'audience');
	if (audience === 'tenant') return { tenantId: id(call, 'tenantId', 'Tenant') };

	return audience === 'plan' ? { plan: id(call, 'plan', 'Plan') } : {};
}

/** The empty subject is that of calls that name none; leaving it out means every value, each by itself. */
function subjectPart(call: Call): IDataObject {
	const counted = text(call, 'counted');
	if (counted === 'one') return { subject: id(call, 'subject', 'Value') };

	return counted === 'unnamed' ? { subject: '' } : {};
}

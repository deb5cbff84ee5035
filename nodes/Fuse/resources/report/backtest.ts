import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { isRecord, listAt, type JsonRecord } from '../../../../core/readers/reading.ts';
import { askOne } from '../../shared/ask.ts';
import { simplifyField } from '../../shared/listing.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Call, Operation } from '../../shared/operation.ts';
import { collection, count, fault, flag, id, usd } from '../../shared/reading.ts';

const changesField: INodeProperties = {
	displayName: 'Changes',
	name: 'changes',
	type: 'collection',
	placeholder: 'Add Change',
	default: {},
	description: 'What would have been different; everything else stays as it is configured now',
	options: [
		{
			displayName: 'Daily Spend Limit (USD)',
			name: 'dailyUsd',
			type: 'string',
			default: '',
			placeholder: 'e.g. 25',
			description: 'What the tenant may spend from midnight to midnight UTC',
		},
		{
			displayName: 'Limits (JSON)',
			name: 'limits',
			type: 'json',
			default: '[]',
			description:
				'Any other limits, as the service takes them. One with the ID of a limit that exists replaces it.',
		},
		{
			displayName: 'Monthly Spend Limit (USD)',
			name: 'monthlyUsd',
			type: 'string',
			default: '',
			placeholder: 'e.g. 500',
			description: 'What the tenant may spend in a calendar month UTC',
		},
		{
			displayName: 'Spend Cap (USD per Minute)',
			name: 'spendCapUsd',
			type: 'string',
			default: '',
			placeholder: 'e.g. 2.50',
			description: 'Above this in the last 60 seconds the breaker opens',
		},
		{
			displayName: 'Spike Ratio (%)',
			name: 'spikeRatioPct',
			type: 'number',
			typeOptions: { minValue: 101 },
			default: 400,
			description: 'At this much of the usual spend people are told',
		},
		{
			displayName: 'Switch Off',
			name: 'switchOff',
			type: 'multiOptions',
			default: [],
			description: 'Detectors that would not have looked',
			options: [
				{ name: 'Behaviour (Vector Distance)', value: 'vectorDistance' },
				{ name: 'Spend Cap', value: 'spendCap' },
				{ name: 'Spike Ratio', value: 'spikeRatio' },
			],
		},
		{
			displayName: 'Vector Limit Factor',
			name: 'vectorLimitFactor',
			type: 'number',
			typeOptions: { minValue: 0.1, maxValue: 10, numberPrecision: 2 },
			default: 1,
			description: 'How far from normal behaviour may lie. 0.5 tells people at half the distance.',
		},
		{
			displayName: 'Vector Opens the Breaker At',
			name: 'tripStrength',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 2 },
			default: 3,
			description: 'Times the distance that is allowed. 0: behaviour only tells people.',
		},
	],
};

export const backtest: Operation = {
	value: 'backtest',
	name: 'Backtest',
	action: 'Backtest a change',
	description:
		'Replay the past of a tenant with other thresholds or limits, and get what would have fired and been saved',
	role: 'read',
	fields: [
		tenantLocator(),
		{
			displayName: 'Days',
			name: 'days',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 35, numberPrecision: 0 },
			default: 7,
			description: 'How much of the past is replayed, back from now',
		},
		changesField,
		simplifyField,
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const body = {
			tenantId,
			days: count(call, 'days', 'Days'),
			changes: changesOf(call, tenantId),
		};
		const answer = await askOne(call, { method: 'POST', path: '/v1/backtest', body });

		return [flag(call, 'simplify') ? simple(answer) : answer];
	},
};

function changesOf(call: Call, tenantId: string): IDataObject {
	const given = collection(call, 'changes');
	const limits = [...spendLimits(call, given, tenantId), ...otherLimits(call, given)];
	const switchedOff = listAt(given, 'switchOff').map((name) => [String(name), false]);
	const cap = given['spendCapUsd'];
	const strength = given['tripStrength'];

	return {
		...(isGiven(cap) ? { spendCapUsdPerMinute: dollars(call, 'Spend Cap', cap) } : {}),
		...numberOf(given, 'spikeRatioPct'),
		...numberOf(given, 'vectorLimitFactor'),
		...(strength === 0 ? { tripStrength: null } : numberOf(given, 'tripStrength')),
		...(switchedOff.length > 0 ? { detectors: Object.fromEntries(switchedOff) } : {}),
		...(limits.length > 0 ? { limits } : {}),
	};
}

function spendLimits(call: Call, given: JsonRecord, tenantId: string): IDataObject[] {
	const windows = [
		['dailyUsd', 'Daily Spend Limit', 'day'],
		['monthlyUsd', 'Monthly Spend Limit', 'month'],
	] as const;

	return windows.flatMap(([name, displayName, window]) =>
		isGiven(given[name])
			? [
					{
						...{ scope: 'tenant', unit: 'microCents', window, tenantId },
						capacity: usd(call, displayName, given[name]),
					},
				]
			: [],
	);
}

function otherLimits(call: Call, { limits }: JsonRecord): IDataObject[] {
	if (!isGiven(limits)) return [];
	const parsed = typeof limits === 'string' ? parsedJson(limits) : limits;
	const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
	if (list.every(isRecord)) return list as IDataObject[];

	throw fault(
		call,
		'Limits is no JSON list of limits',
		'Expected, for example, [{ "scope": "tenant", "unit": "requests", "window": "1m", "capacity": 60 }].',
	);
}

function isGiven(value: unknown): boolean {
	return value !== undefined && value !== null && value !== '';
}

/** Checked digit by digit first: what is no amount is refused with its name. */
function dollars(call: Call, displayName: string, value: unknown): number {
	usd(call, displayName, value);

	return Number(value);
}

function numberOf(given: JsonRecord, name: string): IDataObject {
	const value = given[name];

	return isGiven(value) ? { [name]: Number(value) } : {};
}

function parsedJson(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

/** What a person asks first: the sentence, both sides in numbers, and what would have fired. */
function simple(answer: IDataObject): IDataObject {
	const { tenantId, from, to, configured, changed, difference, assumptions } = answer;
	const record = (value: unknown): JsonRecord => (isRecord(value) ? value : {});
	const { summary, savedMicroCents, savedUsd } = record(difference);

	return {
		...{ tenantId, from, to, summary, savedMicroCents, savedUsd },
		configured: sums(record(configured)),
		changed: sums(record(changed)),
		firings: listAt(record(changed), 'firings').map((firing) =>
			picked(record(firing), ['at', 'rule', 'outcome', 'strength', 'judged', 'refusedUsd']),
		),
		assumptions,
	} as IDataObject;
}

function sums(side: JsonRecord): JsonRecord {
	const found = listAt(side, 'incidents').filter(
		(incident) => isRecord(incident) && incident['foundBy'] !== null,
	);

	return {
		...picked(side, ['savedUsd', 'refusedInErrorUsd', 'trips', 'alerts', 'falseAlarms']),
		incidentsFound: found.length,
		incidents: listAt(side, 'incidents').length,
	};
}

function picked(record: JsonRecord, names: readonly string[]): JsonRecord {
	return Object.fromEntries(names.map((name) => [name, record[name]]));
}

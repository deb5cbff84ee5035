import { NodeOperationError, type IDataObject } from 'n8n-workflow';
import { firstInstantAt, isTimeZone } from '../../../core/zonedTime.ts';
import { isRecord, type JsonRecord } from '../../../core/readers/reading.ts';
import { optionsParameter, textParameter, wholeNumber } from '../../shared/parameters.ts';
import type { Call } from './operation.ts';
import { readUsd } from './usd.ts';

/** What is wrong with a parameter and how to get unstuck, in the words of the canvas. */
export function fault(call: Call, message: string, description: string): NodeOperationError {
	const { context, itemIndex } = call;

	return new NodeOperationError(context.getNode(), message, { itemIndex, description });
}

export function text({ context, itemIndex }: Call, name: string): string {
	return textParameter(context, name, itemIndex);
}

export function flag({ context, itemIndex }: Call, name: string): boolean {
	return context.getNodeParameter(name, itemIndex, false) === true;
}

export function count({ context, itemIndex }: Call, name: string, displayName: string): number {
	const value: unknown = context.getNodeParameter(name, itemIndex, 0);

	return wholeNumber(context, displayName, value, itemIndex);
}

/** A collection whose entries the user may add; texts are trimmed, locators are the id they hold. */
export function collection({ context, itemIndex }: Call, name: string): JsonRecord {
	const entries = Object.entries(optionsParameter(context, name, itemIndex)).map(
		([key, value]): [string, unknown] => {
			const plain = located(value);
			return [key, typeof plain === 'string' ? plain.trim() : plain];
		},
	);

	return Object.fromEntries(entries);
}

/** The texts of a collection, for a query or a body; what is empty is left out. */
export function given(record: JsonRecord, names: readonly string[]): Record<string, string> {
	const entries = names
		.map((name): [string, string] => [name, asText(record[name])])
		.filter(([, value]) => value !== '');

	return Object.fromEntries(entries);
}

/** An id that has to be there and fits into an address. */
export function id(call: Call, name: string, displayName: string): string {
	const { context, itemIndex } = call;
	const value = asText(located(context.getNodeParameter(name, itemIndex, '')));
	if (value === '') {
		throw fault(
			call,
			`${displayName} is empty for this item`,
			'Choose one from the list, or give its ID. If it is an expression, the field is absent from this item.',
		);
	}
	// An address would be shortened by them, encoded or not: /v1/tenants/../x is /v1/x.
	if (value === '.' || value === '..' || /\p{Cs}/u.test(value)) {
		throw fault(
			call,
			`${displayName} cannot be part of an address`,
			'An ID may hold any printable characters, but not be . or .. alone.',
		);
	}
	return value;
}

/** An amount the user gave in US dollars, in micro-cents. */
export function usd(call: Call, displayName: string, value: unknown): number {
	const amount = readUsd(value);
	if ('microCents' in amount) return amount.microCents;

	throw fault(
		call,
		`${displayName} is no amount: ${amount.refused}`,
		'Digits and a point only, no currency sign and no thousands separators. An expression that calculates may add digits: end it with .toFixed(2).',
	);
}

/** A moment as RFC 3339. What n8n's date picker gives has no zone: the workflow's is meant. */
export function instant(call: Call, displayName: string, value: unknown): string | undefined {
	const written = value instanceof Date ? value.toISOString() : asText(value);
	if (written === '') return undefined;

	const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(written) && written.includes('T');
	const wallTime = Date.parse(
		isZoned ? written : `${written.replace(' ', 'T')}${zoneless(written)}`,
	);
	if (Number.isNaN(wallTime)) {
		throw fault(
			call,
			`${displayName} is no date and time`,
			'Expected, for example, 2026-10-14T08:12:45Z, or {{ $now.minus({ days: 7 }) }}.',
		);
	}
	if (isZoned) return new Date(wallTime).toISOString();

	const timeZone = call.context.getTimezone();
	return new Date(firstInstantAt(isTimeZone(timeZone) ? timeZone : 'UTC', wallTime)).toISOString();
}

/** A JSON object, typed in or from an expression. */
export function json(call: Call, displayName: string, value: unknown): IDataObject {
	const parsed = typeof value === 'string' ? parsedJson(value) : value;
	if (isRecord(parsed)) return parsed as IDataObject;

	throw fault(
		call,
		`${displayName} is no JSON object`,
		'Expected an object in braces, such as { "revokedAt": null }.',
	);
}

/** A resource locator holds its id; an AI agent may give the id alone. */
function located(value: unknown): unknown {
	return isRecord(value) && 'mode' in value && 'value' in value ? value['value'] : value;
}

/** Ids often come as numbers from a database, moments as objects of Luxon, which print themselves. */
function asText(value: unknown): string {
	if (value === undefined || value === null) return '';
	if (isRecord(value) && !('toISO' in value)) return '';

	return String(value).trim();
}

/** A date alone is read as UTC already; wall time is written as UTC too. */
function zoneless(written: string): string {
	return /^\d{4}-\d{2}-\d{2}$/.test(written) ? 'T00:00:00Z' : 'Z';
}

function parsedJson(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

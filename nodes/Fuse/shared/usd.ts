import { isRecord, type JsonRecord } from '../../../core/readers/reading.ts';
import { exactUsd } from '../../shared/exactUsd.ts';

/** 1 USD is 10⁸ micro-cents. */
const DECIMALS = 8;

/** What the canvas may write: digits, a point, and the exponent that JavaScript prints for numbers below 10⁻⁶. */
const AMOUNT = /^(\d{1,16})(?:\.(\d{1,30}))?(?:e(-?\d{1,2}))?$/i;

export type ReadAmount = { microCents: number } | { refused: string };

/** "500", "0.25" or 12.5 → micro-cents, digit by digit: 0.1 USD is no binary fraction. Says why when it cannot be. */
export function readUsd(written: unknown): ReadAmount {
	const text = typeof written === 'number' || typeof written === 'string' ? String(written) : '';
	const [, whole = '', fraction = '', exponent = '0'] = AMOUNT.exec(text.trim()) ?? [];
	if (whole === '') return { refused: 'expected US dollars such as 500 or 0.25' };

	const shift = DECIMALS - fraction.length + Number(exponent);
	const digits = whole + fraction;
	const kept = shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift);
	const cut = shift < 0 ? digits.slice(shift) : '';
	if (/[1-9]/.test(cut)) {
		return {
			refused: `expected at most ${DECIMALS} decimals, the smallest amount is 0.00000001 USD`,
		};
	}
	const microCents = Number(kept);
	return Number.isSafeInteger(microCents)
		? { microCents }
		: { refused: 'expected at most 90071992.54740991 USD' };
}

/** What a limit on money counts, beside the fields that say so in their name. */
const COUNTED = ['capacity', 'spent', 'held', 'remaining', 'requested'];

/** The answer with each amount also as USD text right after it: `costMicroCents` gets `costUsd`. */
export function withUsd(answer: JsonRecord): JsonRecord {
	const entries = Object.entries(answer).flatMap(([name, value]): Array<[string, unknown]> => {
		const usdName = usdNameOf(name, answer);
		return usdName !== undefined && typeof value === 'number' && Number.isSafeInteger(value)
			? [
					[name, value],
					[usdName, exactUsd(value)],
				]
			: [[name, withUsdInside(value)]];
	});

	return Object.fromEntries(entries);
}

function usdNameOf(name: string, { unit }: JsonRecord): string | undefined {
	if (unit === 'microCents' && COUNTED.includes(name)) return `${name}Usd`;
	if (!/microCents/i.test(name)) return undefined;

	return name.replace('MicroCents', 'Usd').replace('microCents', 'usd');
}

function withUsdInside(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withUsdInside);

	return isRecord(value) ? withUsd(value) : value;
}

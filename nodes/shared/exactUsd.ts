import { usdDecimal } from '../../core/usdDecimal.ts';

/** Every digit there is, two decimals at least: 36900 → "0.000369". */
export function exactUsd(microCents: number): string {
	return usdDecimal(microCents).replace(/0{1,6}$/, '');
}

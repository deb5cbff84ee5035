import type { VendorErrorKind } from '../../../core/readers/vendorErrors.ts';

/** When all of these are thrown. */
export const NOW = Date.UTC(2026, 9, 14, 12);

/** Vendor, what it says, the error, its kind, and the wait in ms it asks for. */
export type Row = [string, string, unknown, VendorErrorKind, number?];

export function cases(rows: readonly Row[]) {
	return rows.map(([vendor, says, error, kind, waitMs]) => ({ vendor, says, error, kind, waitMs }));
}

/** Tenant ids are at most 200 characters of at most 4 bytes, in base64 a third more. */
const FORM = /^rsv_[A-Za-z0-9]{1,64}_([A-Za-z0-9_-]{1,1100})$/;

/**
 * A reservation's id carries its tenant: whoever settles or releases it is checked without asking a store, and a
 * cluster knows the slot that holds it. `unique`: letters and digits.
 */
export function reservationIdOf(tenantId: string, unique: string): string {
	return `rsv_${unique}_${Buffer.from(tenantId).toString('base64url')}`;
}

/** The tenant a reservation was made for; undefined for what is no reservation of ours. */
export function tenantOf(reservationId: string): string | undefined {
	const [, encoded] = FORM.exec(reservationId) ?? [];

	return encoded === undefined ? undefined : Buffer.from(encoded, 'base64url').toString();
}

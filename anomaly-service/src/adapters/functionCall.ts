/**
 * A call of a SQL function with named arguments: `{ tenantId: 'a' }` → `select fuse.f(p_tenant_id => $1) as result`.
 * Objects and arrays travel as JSON text; Postgres casts by the function's own parameter types.
 */
export function functionCall(
	name: string,
	args: Record<string, unknown>,
): { text: string; values: unknown[] } {
	const names = Object.keys(args);
	const list = names.map((key, index) => `${parameterName(key)} => $${index + 1}`).join(', ');
	const values = names.map((key) => {
		const value = args[key];
		return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
	});

	return { text: `select fuse.${name}(${list}) as result`, values };
}

/** `tenantId` → `p_tenant_id` */
export function parameterName(name: string): string {
	return `p_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

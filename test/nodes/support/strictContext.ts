/**
 * A node context that has only the members a test gives it. Reaching for any other one throws, instead of handing out
 * an undefined that a node would quietly work around.
 */
export function strictContext<Context extends object>(members: Partial<Context>): Context {
	return strict(members, 'context') as Context;
}

function strict(target: object, path: string): object {
	return new Proxy(target, {
		get(object, key, receiver) {
			if (typeof key === 'symbol' || key === 'then') {
				return Reflect.get(object, key, receiver) as unknown;
			}
			if (!(key in object)) throw new Error(`The test gives no ${path}.${key}`);

			const value: unknown = Reflect.get(object, key, receiver);
			return key === 'helpers' && typeof value === 'object' && value !== null
				? strict(value, `${path}.helpers`)
				: value;
		},
	});
}

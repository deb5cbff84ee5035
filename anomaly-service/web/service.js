/** The service's own API, asked with the key from the address's fragment or the form. */
const given = new URLSearchParams(location.hash.slice(1)).get('key');
let key = given ?? sessionStorage.getItem('key');
// The key leaves the address bar at once, so that a screenshot or the history does not carry it.
if (given !== null) history.replaceState(null, '', location.pathname);

export const hasKey = () => key !== null;

/** Works with this key from now on; it is kept once the service took it. */
export function useKey(typed) {
	key = typed;
}

export function keepKey() {
	sessionStorage.setItem('key', key);
}

export function forgetKey() {
	key = null;
	sessionStorage.removeItem('key');
}

export function get(path) {
	return ask(path, {});
}

export function post(path, body) {
	return ask(path, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
}

/** Throws an Error with the `status` of the answer; its message is what the service says of it. */
async function ask(path, { headers = {}, ...options }) {
	const response = await fetch(path, {
		...options,
		headers: { ...headers, authorization: `Bearer ${key}` },
	});
	if (response.ok) return response.json();
	const problem = await response.json().catch(() => ({ detail: `HTTP ${response.status}` }));
	throw Object.assign(new Error(problem.detail), { status: response.status });
}

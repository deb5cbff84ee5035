import { counterOf, LIMIT_SCOPES, LIMIT_UNITS, type Counter } from './limits.ts';
import { parseWindow } from './windows.ts';

/**
 * The counter of an id as `counterOf` writes it: `model=openai/gpt-4o|tokens|1h`. A subject may contain anything, also
 * `=` and `|`: the scope ends at the first `=`, unit and window begin after the last two `|`. Undefined for other text.
 */
export function parseCounterId(id: string, shared: boolean): Counter | undefined {
	const windowAt = id.lastIndexOf('|');
	const unitAt = id.lastIndexOf('|', windowAt - 1);
	const subjectAt = id.indexOf('=');
	if (unitAt < 0 || subjectAt < 0 || subjectAt > unitAt) return undefined;

	const scope = LIMIT_SCOPES.find((name) => name === id.slice(0, subjectAt));
	const unit = LIMIT_UNITS.find((name) => name === id.slice(unitAt + 1, windowAt));
	const span = id.slice(windowAt + 1);
	const window = span === 'now' ? null : parseWindow(span);
	if (!scope || !unit || window === undefined) return undefined;

	return counterOf({ scope, unit, window, shared }, id.slice(subjectAt + 1, unitAt));
}

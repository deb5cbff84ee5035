/** A canvas knows no CSS variables: the colours of the style sheet as they are now, light or dark. */
const NAMES = ['text', 'quiet', 'line', 'panel', 'good', 'warn', 'bad', 'accent'];

/** `light-dark()` is resolved by the browser only for a property that is in use. */
export function colours() {
	const probe = document.createElement('span');
	document.body.append(probe);
	const found = NAMES.map((name) => {
		probe.style.color = `var(--${name})`;
		return [name, getComputedStyle(probe).color];
	});
	probe.remove();

	return Object.fromEntries(found);
}

/** A colour as `colours` gives it, `rgb(1, 2, 3)`, with this share of it. */
export function faded(colour, share) {
	const [red, green, blue] = colour.match(/[\d.]+/g) ?? [];

	return `rgba(${red}, ${green}, ${blue}, ${share})`;
}

export function onThemeChange(redraw) {
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

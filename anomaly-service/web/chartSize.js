/** Keeps a chart as wide as its place. */
export function followWidth(place, height, resize) {
	new ResizeObserver(() => {
		const width = Math.floor(place.clientWidth);
		if (width > 0) resize({ width, height });
	}).observe(place);
}

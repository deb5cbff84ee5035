const NAMES: ReadonlyMap<string, string> = new Map([
	['auto', 'standard'],
	['default', 'standard'],
	['on_demand', 'standard'],
	['on_demand_flex', 'flex'],
	['on_demand_priority', 'priority'],
	['provisioned_throughput', 'provisioned'],
]);

/** The tier under one name for all vendors: what OpenAI calls `default`, Groq and Vertex call `on_demand`. */
export function serviceTier(...said: ReadonlyArray<string | undefined>): string | undefined {
	const name = said.find((text) => text !== undefined)?.toLowerCase();

	return name === undefined ? undefined : (NAMES.get(name) ?? name);
}

/** The records of a CSV file by its header, read as RFC 4180 says: an oracle apart from what wrote it. */
export function readCsv(text: string): Record<string, string>[] {
	const [header = [], ...records] = [...recordsOf(text)];

	return records.map((fields) => {
		if (fields.length !== header.length)
			throw new Error(`${fields.length} fields: ${fields.join()}`);
		return Object.fromEntries(header.map((name, index) => [name, fields[index] ?? '']));
	});
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;

function* recordsOf(text: string): Generator<string[]> {
	let fields: string[] = [];
	FIELD.lastIndex = 0;
	while (FIELD.lastIndex < text.length) {
		const at = FIELD.lastIndex;
		const [, quoted, plain = '', end] = FIELD.exec(text) ?? [];
		if (end === undefined) throw new Error(`no field of RFC 4180 at ${text.slice(at, at + 40)}`);
		fields.push(quoted?.replaceAll('""', '"') ?? plain);
		if (end === ',') continue;
		yield fields;
		fields = [];
	}
}

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Full path of an executable, looked for in PATH and then in `furtherFolders`. */
export function findProgram(name: string, furtherFolders: string[] = []): string | undefined {
	const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...furtherFolders];

	return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

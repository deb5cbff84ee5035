import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installDoubles } from '../installN8n.mjs';

const folder = installDoubles();

/** Where a file of one of the pinned packages lies in the cache. */
export const doubleFile = (file: string): string => join(folder, 'node_modules', file);

/**
 * Imports a file of a pinned package. Each double declares the few members it uses as `T`, because the packages are not
 * installed where the type checker runs.
 */
export const loadDouble = <T>(file: string): Promise<T> =>
	import(pathToFileURL(doubleFile(file)).href);

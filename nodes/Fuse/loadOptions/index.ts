import { getTiers } from './getTiers.ts';

export const loadOptions = { getTiers };

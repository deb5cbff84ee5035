import type { Resource } from '../../shared/operation.ts';
import { getAll } from './getAll.ts';
import { preview } from './preview.ts';

export const alert: Resource = { value: 'alert', name: 'Alert', operations: [getAll, preview] };

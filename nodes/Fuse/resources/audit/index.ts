import type { Resource } from '../../shared/operation.ts';
import { search } from './search.ts';

export const audit: Resource = { value: 'audit', name: 'Audit', operations: [search] };

import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { virtualKeyContract } from './virtualKeyContract.ts';

virtualKeyContract('supabase-js', openSupabaseDoubleDatabase);

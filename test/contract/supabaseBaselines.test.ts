import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { baselineContract } from './baselineContract.ts';

baselineContract('supabase-js', openSupabaseDoubleDatabase);

import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { estimateContract } from './estimateContract.ts';

estimateContract('supabase-js', openSupabaseDoubleDatabase);

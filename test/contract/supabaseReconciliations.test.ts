import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { reconciliationContract } from './reconciliationContract.ts';

reconciliationContract('supabase-js', openSupabaseDoubleDatabase);

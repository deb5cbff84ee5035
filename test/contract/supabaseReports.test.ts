import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { reportContract } from './reportContract.ts';
import { spendContract } from './spendContract.ts';

reportContract('supabase-js', openSupabaseDoubleDatabase);
spendContract('supabase-js', openSupabaseDoubleDatabase);

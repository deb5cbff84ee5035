import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { backtestContract } from './backtestContract.ts';

backtestContract('supabase-js', openSupabaseDoubleDatabase);

import { openSupabaseDoubleDatabase } from '../support/servers/supabaseDouble.ts';
import { limitsContract } from './limitsContract.ts';

limitsContract('supabase-js', openSupabaseDoubleDatabase);

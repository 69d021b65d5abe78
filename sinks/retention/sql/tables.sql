SELECT name, engine_full, create_table_query FROM system.tables WHERE database = {database:String}

ALTER TABLE {database}.dead_letters_store UPDATE original = '', detail = '', people = []
WHERE hasAny(people, {people:Array(String)})

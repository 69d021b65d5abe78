SELECT message_sid, outcome, sent_at IS NOT NULL AS was_sent
FROM messages
WHERE account_sid = {account:String} AND message_sid IN {sids:Array(String)}

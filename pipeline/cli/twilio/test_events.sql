SELECT DISTINCT dedup_id
FROM events
WHERE product = 'other' AND event_type = 'com.twilio.eventstreams.test-event' AND event_id = {account:String}

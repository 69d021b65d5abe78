WHERE subject_sid = {sid:String} OR verification_sid = {sid:String}
ORDER BY outcomes.received_at, id

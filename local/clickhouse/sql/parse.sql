SELECT formatQuerySingleLine({q:String}), parseQueryToJSON({q:String})

SELECT formatQuerySingleLine({q:String})

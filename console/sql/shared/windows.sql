window_start >= toDateTime({start:UInt32}, 'UTC')
    AND window_start < toDateTime({end:UInt32}, 'UTC')

"""Voice: a call that is answered is delivered; busy, no answer and failed ones are not."""

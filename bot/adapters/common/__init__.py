"""What every platform does alike: events, one pipeline, receiving without loss, patience.

events     what may happen to the bot: a closed union   pipeline   an event -> handler -> responder
receiver   stored, then confirmed, then erased          lifecycle  chats that move, go, come back
retry      backoff, and how long an answer is tried     log_once   a kind of trouble, said once
recent     a bounded memory                             tasks      kept, watched, drained
http       bodies within bounds, the proxy to take      clock      time; tests bring their own
rate_limit how often a person and a room may ask
"""

package bolt

// Database is the user's home database if the server has told it by now: from Bolt 5.8 on, where the statement named none. The answer to RUN tells it, so
// it is known once Keys has returned.
func (s *Stream) Database() string {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.home
}

// Database is the user's home database if the server has told it by now: from Bolt 5.8 on, where the transaction named none. After a BeginRun it is known once
// Keys of the stream has returned.
func (t *Tx) Database() string {
	t.c.mu.Lock()
	defer t.c.mu.Unlock()
	return t.database
}

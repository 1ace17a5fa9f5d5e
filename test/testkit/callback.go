package main

import (
	"context"
	"encoding/json"
)

// ask sends a question of the driver's to the test and waits for the answer. fields get the question's id.
func (c *conn) ask(ctx context.Context, name string, fields map[string]any, answer any) error {
	id := c.newID()
	ch := make(chan json.RawMessage, 1) // room for the one answer, so that the reader never waits
	c.mu.Lock()
	c.waiting[id] = ch
	c.mu.Unlock()
	fields["id"] = id
	c.send(name, fields)
	select {
	case data := <-ch:
		return decode(data, answer)
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting, id)
		return context.Cause(ctx)
	}
}

// answered hands m to whoever has asked for it. It returns false if m is no answer.
func (c *conn) answered(m message) bool {
	var answer struct {
		RequestID string `json:"requestId"`
	}
	if json.Unmarshal(m.Data, &answer) != nil || answer.RequestID == "" {
		return false
	}
	c.mu.Lock()
	ch := c.waiting[answer.RequestID]
	delete(c.waiting, answer.RequestID)
	c.mu.Unlock()
	if ch != nil {
		ch <- m.Data
	}
	return true
}

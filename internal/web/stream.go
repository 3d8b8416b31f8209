package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
)

// Stream is an answer that stays open and tells what happens (server-sent events).
type Stream struct {
	// Wake says that there may be something new; nil for nothing that could.
	Wake <-chan struct{}
	// Every looks again without being woken, for what comes with time alone; half a minute by default.
	Every time.Duration
	// Look gives what is to be told, as JSON, and nil for nothing. What was told last is not told again. Its context
	// carries the actor as the account stands now.
	Look func(ctx context.Context) (any, error)
}

// streamWrite is how long a browser may take to accept an event.
const streamWrite = 10 * time.Second

// Streams reports whether the browser asks for events (EventSource) rather than for one answer.
func (c *Ctx) Streams() bool { return c.Request.Header.Get("Accept") == "text/event-stream" }

// Live answers with a stream of events. It ends when the browser goes, when the session ends or loses the route's
// permission (a public route needs neither), and when the program ends. The first look comes before the answer begins, so that its error becomes an
// error page.
func (c *Ctx) Live(s Stream) error {
	first, err := c.lookAs(c.Actor(), s)
	if err != nil {
		return err
	}
	e := newEvents(c)
	if e.begin() != nil || e.tell(first) != nil {
		return nil // the browser has gone
	}
	c.follow(s, e)
	return nil
}

func (c *Ctx) lookAs(a *actor.Actor, s Stream) ([]byte, error) {
	v, err := s.Look(actor.With(c.Context(), a))
	if err != nil || v == nil {
		return nil, err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	return b, nil
}

// follow tells what comes until the stream ends.
func (c *Ctx) follow(s Stream, e *events) {
	if s.Every == 0 {
		s.Every = 30 * time.Second
	}
	check, every := time.NewTicker(c.kit.o.StreamCheck), time.NewTicker(s.Every)
	defer check.Stop()
	defer every.Stop()
	for {
		quiet := false
		select {
		case <-c.Context().Done():
			return
		case <-c.kit.ended:
			return
		case <-s.Wake:
		case <-every.C:
		case <-check.C:
			quiet = true
		}
		a, err := c.kit.still(c.Request)
		if err != nil {
			e.end()
			return
		}
		if err := c.next(a, s, e, quiet); err != nil {
			return
		}
	}
}

// next looks once more; a quiet turn only shows the connection that somebody is there.
func (c *Ctx) next(a *actor.Actor, s Stream, e *events, quiet bool) error {
	if quiet {
		return e.beat()
	}
	b, err := c.lookAs(a, s)
	if err != nil {
		c.Note(err)
		e.end()
		return err
	}
	return e.tell(b)
}

// still gives the actor of a request's session as it stands now, or why it no longer holds. Looking does not count as a
// sign of life.
func (k *Kit) still(r *http.Request) (*actor.Actor, error) {
	q := requestOf(r.Context())
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), requestKey{}, q), streamWrite)
	defer cancel()
	ctx, err := k.openSession(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	a := actor.From(ctx)
	if a.Kind == actor.Anonymous && !q.route.Public {
		return nil, actor.ErrSignIn
	}
	return a, allow(a, q.route)
}

// EndStreams ends every open stream, so that the server can stop.
func (k *Kit) EndStreams() { k.endOnce.Do(func() { close(k.ended) }) }

// events writes server-sent events.
type events struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	last []byte
}

func newEvents(c *Ctx) *events {
	requestOf(c.Context()).stream = true
	return &events{w: c.Writer, rc: http.NewResponseController(c.Writer)}
}

// begin sends the headers. The server's own time limits are for requests that end.
func (e *events) begin() error {
	if err := e.rc.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	h := e.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy must not hold events back
	h.Set("No-Gzip-Compression", "1")
	return e.send("retry: 3000\n\n")
}

func (e *events) tell(b []byte) error {
	if b == nil || bytes.Equal(b, e.last) {
		return nil
	}
	e.last = b
	return e.send("data: " + string(b) + "\n\n")
}

func (e *events) beat() error { return e.send(":\n\n") }

// end tells the browser not to come back; it has no more to lose by a failed write.
func (e *events) end() { _ = e.send("event: end\ndata: {}\n\n") }

func (e *events) send(text string) error {
	if err := e.rc.SetWriteDeadline(clock.System{}.Now().Add(streamWrite).Time()); err != nil {
		return err
	}
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.rc.Flush()
}

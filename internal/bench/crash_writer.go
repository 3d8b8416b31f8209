package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// promise is a call that the program acknowledged: it may not be gone afterwards.
type promise struct {
	ticket  string
	action  string
	text    string // of a comment, or the title of a registration: it names the call
	version int64
}

// ledger is what the clients remember, in memory, outside of the program.
type ledger struct {
	mu       sync.Mutex
	promises []promise
	retried  atomic.Int64
	replayed atomic.Int64
	internal atomic.Int64
}

func (l *ledger) add(p promise) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.promises = append(l.promises, p)
}

func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.promises)
}

// crashWriter is a client that sends every call until it is acknowledged.
type crashWriter struct {
	*client
	r  *crashRun
	no int
}

func (r *crashRun) writer(i int) *crashWriter {
	return &crashWriter{client: r.centre.client(int(r.Seed)*1000 + i), r: r, no: i}
}

func (w *crashWriter) work(ctx context.Context, stop <-chan struct{}) {
	for ctx.Err() == nil {
		select {
		case <-stop:
			return
		default:
			w.life(ctx, stop)
		}
	}
}

// errGivenUp ends a life that the program has refused to go on with; the fault is noted.
var errGivenUp = errors.New("the life was given up")

// insist sends one call until it is acknowledged, with the same idempotency key each time, and puts it into the ledger.
// One call in twenty is then sent once more, and must be answered alike.
func (w *crashWriter) insist(ctx context.Context, p promise, role, path string, version int64, body any) (ticket, error) {
	w.n++
	key := fmt.Sprintf("w%d-%d-%d", w.r.Seed, w.no, w.n)
	for try := 0; ; try++ {
		t, _, err := w.call(ctx, w.c.tokens[role], http.MethodPost, path, version, key, body)
		if err == nil {
			p.ticket, p.version = t.ID, t.Version
			w.r.ledger.add(p)
			return t, w.replay(ctx, t, role, path, version, key, body)
		}
		if ctx.Err() != nil {
			return t, ctx.Err()
		}
		var no *refusal
		if errors.As(err, &no) && no.status != http.StatusServiceUnavailable {
			if no.status != http.StatusInternalServerError {
				w.r.fault("第 %d 次重发后被拒绝：%v", try, err)
				return t, errGivenUp
			}
			if w.r.ledger.internal.Add(1) <= 5 {
				w.r.fault("内部错误：%v", err)
			}
		}
		w.r.ledger.retried.Add(1)
		time.Sleep(20 * time.Millisecond)
	}
}

func (w *crashWriter) replay(ctx context.Context, was ticket, role, path string, version int64, key string, body any) error {
	if w.rnd.Intn(20) > 0 {
		return nil
	}
	again, _, err := w.call(ctx, w.c.tokens[role], http.MethodPost, path, version, key, body)
	var no *refusal
	switch {
	case err == nil && again.ID != was.ID:
		w.r.fault("同一幂等键的两次请求得到两张工单：%s 和 %s", was.ID, again.ID)
	case errors.As(err, &no) && no.status < 500:
		w.r.fault("重发已确认的请求被拒绝：%v", err)
	case err == nil:
		w.r.ledger.replayed.Add(1)
	}
	return nil
}

// life registers a ticket and takes it part of the way: some are left lying so that their deadlines pass, some are
// suspended so that the program resumes them, some go all the way.
func (w *crashWriter) life(ctx context.Context, stop <-chan struct{}) {
	title := fmt.Sprintf("中断 %d-%d-%d", w.r.Seed, w.no, w.n)
	urgency := []string{"普通", "紧急", "特急"}[w.rnd.Intn(3)]
	t, err := w.insist(ctx, promise{action: "register", text: title}, "agent", "/tickets", 0, object{"channel": "电话", "kind": "投诉", "category": "0101",
		"area": "622901001", "urgency": urgency, "title": title, "content": sentence(w.rnd, 60), "name": "张三", "phone": fmt.Sprintf("139%08d", w.rnd.Intn(1e8))})
	steps := w.c.steps()
	switch fate := w.rnd.Intn(10); {
	case fate < 3: // not signed
		steps = steps[:2]
	case fate < 5: // signed, no reply
		steps = steps[:3]
	case fate == 5: // suspended
		review := w.r.clock.Now().Date() + 2
		steps = append(steps[:3:3], lifeStep{"lead", "suspend", object{"measures": "等待配件到货", "review_at": review}})
	case fate == 6: // asked for more time
		steps = append(steps[:3:3], lifeStep{"head", "extension", object{"days": 2, "reason": "需要现场协调"}})
	}
	for _, s := range steps {
		select {
		case <-stop:
			return
		default:
		}
		if err == nil && w.rnd.Intn(4) == 0 {
			text := fmt.Sprintf("备注 %d-%d", w.no, w.n)
			t, err = w.insist(ctx, promise{action: "comment", text: text}, "agent", "/tickets/"+t.ID+"/comments", 0, object{"text": text})
		}
		if err != nil {
			return
		}
		t, err = w.insist(ctx, promise{action: actionOf(s.verb)}, s.role, "/tickets/"+t.ID+"/"+s.verb, t.Version, s.body)
	}
}

// actionOf names the event that a call leaves.
func actionOf(verb string) string {
	switch verb {
	case "callbacks":
		return "callback"
	case "extension":
		return "ask_extension"
	}
	return verb
}

package hallhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/hall"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"大厅排队"}}
}

// OfCounter addresses a counter.
type OfCounter struct {
	Counter string `path:"counter" maxLength:"64" doc:"窗口"`
}

// queueBody chooses the queue of a transfer.
type queueBody struct {
	QueueID string `json:"queue_id,omitempty" maxLength:"64" doc:"转移到哪个队列；其他操作不填"`
}

// pauseBody says whether a counter pauses.
type pauseBody struct {
	Paused bool `json:"paused" doc:"true 暂停，false 继续"`
}

// codeBody is the code of an appointment.
type codeBody struct {
	Code string `json:"code" maxLength:"20" doc:"预约码"`
}

// steps are the actions on a ticket from a counter, as the address spells them.
func steps(m *hall.Module) map[hall.Action]func(context.Context, hall.Command) (hall.Ticket, error) {
	return map[hall.Action]func(context.Context, hall.Command) (hall.Ticket, error){
		hall.Recall: m.Recall, hall.Arrive: m.Arrive, hall.Miss: m.Miss, hall.Return: m.Return, hall.Hold: m.Hold, hall.Resume: m.Resume,
		hall.Transfer: m.Transfer, hall.Finish: m.Finish, hall.Drop: m.Drop,
	}
}

func registerDesk(k *rest.Kit, m *hall.Module) {
	rest.Register(k, op(http.MethodGet, "/hall/counters", "可以上岗的窗口"), hall.PermCall, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[hall.Counter]], error) {
		list, err := m.Seats(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/desk", "本人所在窗口的叫号台"), hall.PermCall, func(ctx context.Context, _ *struct{}) (*rest.Body[hall.Desk], error) {
		d, err := m.OwnDesk(ctx)
		return rest.OK(d), err
	})
	rest.Register(k, op(http.MethodGet, "/hall/counters/{counter}/desk", "一个窗口的叫号台"), hall.PermCall, func(ctx context.Context, in *struct{ OfCounter }) (*rest.Body[hall.Desk], error) {
		d, err := m.Desk(ctx, in.Counter)
		return rest.OK(d), err
	})
	rest.Register(k, op(http.MethodPost, "/hall/counters/{counter}/sit", "上岗"), hall.PermCall, func(ctx context.Context, in *struct{ OfCounter }) (*rest.Body[hall.Counter], error) {
		c, err := m.Sit(ctx, in.Counter)
		return rest.OK(c), err
	})
	rest.Register(k, op(http.MethodPost, "/hall/counters/{counter}/leave", "离岗"), hall.PermCall, func(ctx context.Context, in *struct{ OfCounter }) (*rest.Body[hall.Counter], error) {
		c, err := m.Leave(ctx, in.Counter)
		return rest.OK(c), err
	})
	rest.Register(k, op(http.MethodPost, "/hall/counters/{counter}/pause", "暂停服务或继续"), hall.PermCall, func(ctx context.Context, in *struct {
		OfCounter
		Body pauseBody
	}) (*rest.Body[hall.Counter], error) {
		c, err := m.Pause(ctx, in.Counter, in.Body.Paused)
		return rest.OK(c), err
	})
	registerCalls(k, m)
}

func registerCalls(k *rest.Kit, m *hall.Module) {
	rest.Register(k, op(http.MethodPost, "/hall/counters/{counter}/next", "叫下一位"), hall.PermCall, func(ctx context.Context, in *struct {
		OfCounter
		rest.IdempotencyKey
	}) (*rest.Body[hall.Ticket], error) {
		t, err := m.Next(ctx, in.Counter, in.IdempotencyKey.IdempotencyKey)
		return rest.OK(t), err
	})
	rest.Register(k, op(http.MethodPost, "/hall/counters/{counter}/tickets", "在窗口代为取号"), hall.PermCall, func(ctx context.Context, in *struct {
		OfCounter
		rest.IdempotencyKey
		Body hall.TakeInput
	}) (*rest.Body[hall.Slip], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		s, err := m.TakeAtCounter(ctx, in.Counter, in.Body)
		return rest.OK(s), err
	})
	rest.Register(k, op(http.MethodPost, "/hall/counters/{counter}/check-in", "在窗口为预约人签到"), hall.PermCall, func(ctx context.Context, in *struct {
		OfCounter
		Body codeBody
	}) (*rest.Body[hall.Slip], error) {
		s, err := m.CheckInAtCounter(ctx, in.Counter, in.Body.Code)
		return rest.OK(s), err
	})
	all := steps(m)
	for _, a := range hall.Actions() {
		do, ok := all[a]
		if !ok {
			continue
		}
		rest.Register(k, op(http.MethodPost, "/hall/counters/{counter}/tickets/{ticket}/"+string(a), a.Label()), hall.PermCall, func(ctx context.Context, in *struct {
			OfCounter
			Ticket string `path:"ticket" maxLength:"64" doc:"号票"`
			rest.IdempotencyKey
			Body queueBody
		}) (*rest.Body[hall.Ticket], error) {
			t, err := do(ctx, hall.Command{CounterID: in.Counter, TicketID: in.Ticket, QueueID: in.Body.QueueID, Key: in.IdempotencyKey.IdempotencyKey})
			return rest.OK(t), err
		})
	}
}

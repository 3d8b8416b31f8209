package telephonyhttp

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/rest"
	"yichuang/internal/telephony"
	"yichuang/internal/web"
)

// socket is the door for a switch that keeps one connection open: each message is a report as POST /calls/reports takes
// it, each is answered in order, and an answer means that the report is kept.
type socket struct {
	Deps
	kit *web.Kit
}

// maxMessage is the longest message, far beyond any report.
const maxMessage = 16 << 10

// answer is what a message is answered with.
type answer struct {
	Ref   string          `json:"ref,omitempty"`
	State telephony.State `json:"state,omitempty"`
	Code  string          `json:"code,omitempty"`
	Text  string          `json:"message,omitempty"`
	Field []errs.Field    `json:"errors,omitempty"`
}

// ServeHTTP takes the connection over once the token holds.
func (s socket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := s.actor(r)
	if err == nil {
		err = a.Require(telephony.PermReport)
	}
	if err != nil {
		s.kit.Fail(w, r, err)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxMessage)
	for {
		kind, text, err := conn.Read(r.Context())
		if err != nil {
			return
		}
		if kind != websocket.MessageText {
			conn.Close(websocket.StatusUnsupportedData, "只收文本。")
			return
		}
		// The token is looked at again for every message: one that was withdrawn ends the connection.
		if a, err = s.actor(r); err != nil {
			conn.Close(websocket.StatusPolicyViolation, "接口令牌已失效。")
			return
		}
		b, err := json.Marshal(s.take(actor.With(r.Context(), a), text))
		if err != nil || conn.Write(r.Context(), websocket.MessageText, b) != nil {
			return
		}
	}
}

func (s socket) actor(r *http.Request) (*actor.Actor, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, rest.ErrToken
	}
	a, err := s.AuthenticateToken(r.Context(), strings.TrimSpace(token))
	if err != nil {
		return nil, err
	}
	who := *a
	who.RequestID, who.IP = web.RequestID(r.Context()), web.ClientIP(r.Context())
	return &who, nil
}

var errMessage = errs.New(errs.Invalid, "telephonyhttp.message", "消息不是话务报告的 JSON。")

func (s socket) take(ctx context.Context, text []byte) answer {
	var in reportBody
	if err := json.Unmarshal(text, &in); err != nil {
		return refuse("", errMessage)
	}
	c, err := s.Telephony.Take(ctx, telephony.Report(in))
	if err != nil {
		if known := (*errs.Error)(nil); !errors.As(err, &known) || known.Kind == errs.Internal {
			s.kit.Logger().ErrorContext(ctx, "report not kept", "module", "telephony", "error", err.Error())
		}
		return refuse(in.Ref, err)
	}
	return answer{Ref: c.Ref, State: c.State()}
}

func refuse(ref string, err error) answer {
	e := errs.As(err)
	return answer{Ref: ref, Code: e.Code, Text: e.Public, Field: e.Fields}
}

package telephonyhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/clock"
	"yichuang/internal/rest"
	"yichuang/internal/telephony"
)

// reportBody is a report of the switch; see telephony.Report.
type reportBody struct {
	Ref       string        `json:"ref" maxLength:"100" doc:"话务平台的通话编号，同一通话的各次报送用同一个"`
	Kind      string        `json:"kind" enum:"offered,answered,ended,recorded" doc:"offered 呼入，answered 接听，ended 结束，recorded 录音已存"`
	At        clock.Instant `json:"at,omitzero" doc:"发生时间；不传为收到的时间"`
	Phone     string        `json:"phone,omitempty" maxLength:"24" doc:"主叫号码"`
	Seat      string        `json:"seat,omitempty" maxLength:"20" doc:"座席号（分机）"`
	Recording string        `json:"recording,omitempty" maxLength:"500" doc:"录音地址"`
}

type callInput struct {
	rest.Paging
	From      rest.TimeParam `query:"from"`
	To        rest.TimeParam `query:"to"`
	Abandoned bool           `query:"abandoned" doc:"只看未接通的"`
}

type seatBody struct {
	Seat string `json:"seat" maxLength:"20" doc:"座席号（分机）；空为离席"`
}

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"话务"}}
}

func registerAPI(k *rest.Kit, d Deps) {
	m := d.Telephony
	rest.Register(k, op(http.MethodPost, "/calls/reports", "话务平台报送一次通话的进展"), telephony.PermReport,
		func(ctx context.Context, in *struct{ Body reportBody }) (*rest.Body[telephony.Call], error) {
			c, err := m.Take(ctx, telephony.Report(in.Body))
			return rest.OK(c), err
		})
	rest.Register(k, op(http.MethodGet, "/calls", "来电记录"), telephony.PermRead,
		func(ctx context.Context, in *callInput) (*rest.Body[rest.Page[telephony.CallRow]], error) {
			rows, next, err := m.Calls(ctx, telephony.CallFilter{From: in.From.Instant, To: in.To.Instant, Abandoned: in.Abandoned, After: in.After, Limit: in.Limit})
			return rest.OK(rest.Page[telephony.CallRow]{Items: rows, Next: next}), err
		})
	rest.Register(k, op(http.MethodGet, "/calls/mine", "本人座席上的来电"), telephony.PermSeat,
		func(ctx context.Context, _ *struct{}) (*rest.Body[mineBody], error) {
			in, ok, err := m.Mine(ctx)
			if err != nil || !ok {
				return rest.OK(mineBody{}), err
			}
			return rest.OK(mineBody{&in}), nil
		})
	rest.Register(k, op(http.MethodPut, "/calls/seat", "登录座席"), telephony.PermSeat,
		func(ctx context.Context, in *struct{ Body seatBody }) (*rest.Body[seatBody], error) {
			return rest.OK(in.Body), m.TakeSeat(ctx, in.Body.Seat)
		})
	rest.Register(k, op(http.MethodPost, "/calls/{id}/recording", "打开来电录音（记入审计）"), telephony.PermListen,
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*rest.Body[recordingBody], error) {
			address, err := m.Recording(ctx, in.ID)
			return rest.OK(recordingBody{address}), err
		})
}

// mineBody has no call where nothing rings.
type mineBody struct {
	Call *telephony.Incoming `json:"call,omitempty"`
}

type recordingBody struct {
	Recording string `json:"recording"`
}

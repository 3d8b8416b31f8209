package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"yichuang/internal/errs"
	"yichuang/internal/telephony"
)

// TelephonyCmd is what tries the door to a call-centre switch.
type TelephonyCmd struct {
	Simulate TelephonySimulateCmd `cmd:"" help:"模拟话务平台：按种子产生来电，向运行中的服务报送"`
}

// TelephonySimulateCmd plays a switch against a running server.
type TelephonySimulateCmd struct {
	Server string   `help:"服务的地址" default:"http://127.0.0.1:8080" placeholder:"网址"`
	Token  string   `help:"有“报送话务”权限的接口令牌" required:"" env:"YICHUANG_TOKEN" placeholder:"令牌"`
	Calls  int      `help:"来电个数" default:"20"`
	Over   string   `help:"在多长时间里打进来，例如 10m" default:"10m"`
	Seats  []string `help:"座席号，用逗号隔开" default:"8001"`
	Speed  float64  `help:"时间走得多快：60 为一分钟走一小时，0 为一次报送完" default:"60"`
	Seed   int64    `help:"随机种子：同样的种子产生同样的来电；0 为每次不同" default:"0"`
	Socket bool     `help:"用 WebSocket 报送，而不是逐条 HTTP"`
}

// Errors of the simulation.
var (
	ErrSimulate = errs.New(errs.Invalid, "cli.simulate", "模拟的设置不对：来电个数应为 1 至 100000，时长应像 10m、2h，速度不能为负，至少一个座席号。")
	ErrSwitch   = errs.New(errs.Unavailable, "cli.switch", "报送失败。请检查服务是否在运行、地址和令牌是否正确。")
)

// Run sends the reports in the order of their moments, waiting as long as passes between them.
func (c *TelephonySimulateCmd) Run(g *Globals) error {
	over, err := time.ParseDuration(c.Over)
	if err != nil || over <= 0 || c.Calls < 1 || c.Calls > 100_000 || c.Speed < 0 || len(c.Seats) == 0 {
		return ErrSimulate
	}
	send, done, err := c.line(g.Ctx)
	if err != nil {
		return err
	}
	defer done()
	start := g.Clock.Now()
	// At once means that all of it has happened before now; else it begins now and the moments run with the clock.
	from := start
	if c.Speed == 0 {
		from = start.Add(-over - 10*time.Minute)
	}
	seed := c.Seed
	if seed == 0 {
		seed = int64(start)
	}
	reports := telephony.Simulation{Seed: seed, Calls: c.Calls, From: from, Over: over, Seats: c.Seats}.Reports()
	states := map[string]int{}
	for _, r := range reports {
		if c.Speed > 0 {
			wait := time.Duration(float64(r.At.Sub(from)) / c.Speed)
			if err := pause(g.Ctx, wait-g.Clock.Now().Sub(start)); err != nil {
				return err
			}
			r.At = g.Clock.Now()
		}
		if err := send(r); err != nil {
			return err
		}
		states[r.Kind]++
		if c.Speed > 0 {
			fmt.Fprintf(g.Out, "%s  %-9s %s %s\n", r.At, r.Kind, r.Ref, r.Seat)
		}
	}
	fmt.Fprintf(g.Out, "报送完成：呼入 %d，接听 %d，未接通 %d。\n", states[telephony.Offer], states[telephony.Answer], states[telephony.Offer]-states[telephony.Answer])
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// line opens the way to the server and gives what sends a report.
func (c *TelephonySimulateCmd) line(ctx context.Context) (send func(telephony.Report) error, done func(), err error) {
	base := strings.TrimSuffix(c.Server, "/") + "/api/v1/calls/"
	bearer := http.Header{"Authorization": {"Bearer " + c.Token}}
	if !c.Socket {
		client := &http.Client{Timeout: 10 * time.Second}
		return func(r telephony.Report) error { return post(ctx, client, base+"reports", bearer, r) }, func() {}, nil
	}
	conn, res, err := websocket.Dial(ctx, base+"socket", &websocket.DialOptions{HTTPHeader: bearer})
	if err != nil {
		if res != nil {
			err = fmt.Errorf("%s: %w", res.Status, err)
		}
		return nil, nil, ErrSwitch.Wrap(err)
	}
	return func(r telephony.Report) error { return speak(ctx, conn, r) }, func() { conn.Close(websocket.StatusNormalClosure, "") }, nil
}

func post(ctx context.Context, client *http.Client, address string, header http.Header, r telephony.Report) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return ErrSwitch.Wrap(err)
	}
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return ErrSwitch.Wrap(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, answer)
	}
	if err != nil {
		return ErrSwitch.Wrap(err)
	}
	return nil
}

// speak sends a report and waits for the answer that it is kept.
func speak(ctx context.Context, conn *websocket.Conn, r telephony.Report) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := conn.Write(ctx, websocket.MessageText, body); err != nil {
		return ErrSwitch.Wrap(err)
	}
	_, text, err := conn.Read(ctx)
	if err != nil {
		return ErrSwitch.Wrap(err)
	}
	var a struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return ErrSwitch.Wrap(err)
	}
	if a.Code != "" {
		return ErrSwitch.Say("服务没有收下报送：%s", a.Message)
	}
	return nil
}
